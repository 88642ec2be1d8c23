// Repeats a published draw in the visitor's own browser. WebCrypto exists on https and localhost only;
// elsewhere the page says how to do it by hand and nothing more appears.
const sha256 = async (text) => {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
};

const inOrder = async (record) => {
  const seed = record.witness ? `${record.secret}\n${record.witness}` : record.secret;
  const lots = await Promise.all(
    record.rows.map(async (row) => ({ row, lot: await sha256(`${seed}\n${row.number}`) })),
  );
  lots.sort((one, other) => (one.lot < other.lot ? -1 : 1));
  return lots.every((one, place) => one.row.position === place + 1);
};

const check = async (address) => {
  const record = await (await fetch(address)).json();
  if ((await sha256(record.secret)) !== record.commitment) return "种子与承诺不符";
  for (const layer of record.layers) {
    if ((await sha256(layer.secret)) !== layer.commitment) return "加密层的密钥与承诺不符";
  }
  return (await inOrder(record)) ? "本机验算：一致" : "本机验算：顺序不符";
};

if (globalThis.crypto?.subtle) {
  for (const place of document.querySelectorAll("[data-draw]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn sub";
    button.textContent = "在本机验算";
    button.addEventListener("click", async () => {
      place.querySelector("output").textContent = await check(place.dataset.draw).catch(
        () => "没有取到抽签记录，请检查网络后再试",
      );
    });
    place.insertBefore(button, place.querySelector("output"));
  }
}
