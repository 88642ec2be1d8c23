"""Numbers and names of persons, organisations and accounts: checked, normalised, masked.

Pure. Every refusal is a DomainError whose sentence names the place to look at. ID numbers follow
GB 11643 (also 港澳台居民居住证 and the 18-digit 外国人永久居留身份证), codes of organisations
GB 32100. Of the place inside an ID number only the province is looked at: county codes change,
issued numbers do not.
"""

from __future__ import annotations

import re
import string
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from core.errors import DomainError

Kind = Literal["resident", "hmt_residence", "foreigner", "foreigner_old"]
Sex = Literal["male", "female"]

KIND_LABELS: dict[Kind, str] = {
    "resident": "居民身份证",
    "hmt_residence": "港澳台居民居住证",
    "foreigner": "外国人永久居留身份证",
    "foreigner_old": "外国人永久居留身份证（旧版 15 位）",
}
SEX_LABELS: dict[Sex, str] = {"male": "男", "female": "女"}


@dataclass(frozen=True)
class IdNumber:
    """A checked document number; `birth` and `sex` are None where the number does not tell them."""

    kind: Kind
    number: str
    birth: date | None
    sex: Sex | None


_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_LOOKALIKES = {"I": "1", "O": "0", "S": "5", "V": "U", "Z": "2"}
_EARLIEST_BIRTH_YEAR = 1900
_PROVINCES = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 "
    "61 62 63 64 65 71 81 82 83".split()
)
"""GB/T 2260. A number that starts with 9 is a foreigner's card: the issuing place follows the 9."""

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
# Zero-width and direction marks that chat programs and web pages leave in copied text.
_INVISIBLE = dict.fromkeys(
    [0x00AD, 0x061C, 0x180E, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F)]
    + list(range(0x2060, 0x206A))
)
_DOTS = str.maketrans({"\u2022": "\u00b7", "\u30fb": "\u00b7"})
_BLANKS = re.compile(r"[ \u00a0\u2000-\u200a\u202f\u205f]+")
_FORMULA_STARTS = tuple("=+-@\t")
# Not Cn: characters newer than this Python's Unicode tables occur in real names.
_UNWRITABLE = ("Cc", "Cs", "Co", "Zl", "Zp")
_SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+\d+")
_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAN_CHARACTER = re.compile(rf"[{_HAN}\u3007]")
_NAME_MARKS = "· -'’"
_TITLE_MARKS = " ·-–—_&+/.,:;#%'\"’‘“”、，。：；（）()【】[]〔〕《》"
_LONGEST_NAME, _LONGEST_TITLE = 60, 100
_WIDE = 0xFEE0
_NARROW = {ord(one) + _WIDE: one for one in string.ascii_letters}
_BLANK_BETWEEN_HAN = re.compile(rf"(?<=[{_HAN}]) +(?=[{_HAN}])")


def _plain(text: str) -> str:
    """Full-width to ASCII, invisible marks and blanks out; no NFKC, so that ① or ² is refused."""
    narrow = text.translate(_FULL_WIDTH).translate(_INVISIBLE)
    return _BLANKS.sub("", narrow.strip()).upper()


def _check_length(text: str, length: int, label: str, field: str) -> None:
    missing = length - len(text)
    if missing:
        word = "少" if missing > 0 else "多"
        raise DomainError(f"{label}{word} {abs(missing)} 位，应为 {length} 位", field)


def _check_digits(text: str, label: str, field: str) -> None:
    for place, char in enumerate(text, start=1):
        if char not in "0123456789":
            raise DomainError(f"{label}第 {place} 位是“{_shown(char)}”，只能是数字", field)


def _shown(char: str) -> str:
    return char if char.isprintable() else f"U+{ord(char):04X}"


def parse_id_number(text: str, *, today: date) -> IdNumber:
    """The document behind a typed number: 18 places, or the old 15-character foreigner's card.

    Kind goes by prefix: 81, 82, 83 = 港澳台居民居住证, 9 = 外国人永久居留身份证, else 居民身份证.
    """
    number, field = _plain(text), "id_number"
    if not number:
        raise DomainError("请填写身份证号码", field)
    if re.fullmatch(r"[A-Z]{3}\d{12}", number, re.ASCII):
        return IdNumber("foreigner_old", number, None, None)
    _check_id_shape(number, field)
    _check_province(number, field)
    birth = _birth_in(number, today, field)
    if id_check_digit(number[:17]) != number[17]:
        raise DomainError("身份证号码校验位不对，请核对第 18 位", field)
    return IdNumber(_kind_of(number), number, birth, "male" if int(number[16]) % 2 else "female")


def _check_id_shape(number: str, field: str) -> None:
    if _SCIENTIFIC.fullmatch(number):
        raise DomainError(
            "身份证号码被表格软件改成了科学计数法，请把单元格设为文本后重新填写 18 位号码", field
        )
    if number[0].isalpha():
        raise DomainError(
            "证件号码格式不对，请填写居民身份证、港澳台居民居住证或外国人永久居留身份证的号码",
            field,
        )
    if len(number) == 15 and number.isdecimal():
        raise DomainError("15 位的旧身份证号码已停用，请填写 18 位身份证号码", field)
    _check_length(number, 18, "身份证号码", field)
    _check_digits(number[:17], "身份证号码", field)
    if number[17] not in "0123456789X":
        raise DomainError(f"身份证号码第 18 位是“{_shown(number[17])}”，只能是数字或字母 X", field)


def _check_province(number: str, field: str) -> None:
    place = number[1:3] if number.startswith("9") else number[:2]
    if place not in _PROVINCES:
        where = "第 2、3 位" if number.startswith("9") else "前 2 位"
        raise DomainError(f"身份证号码{where}（{place}）不是任何省份的代码，请核对", field)


def _birth_in(number: str, today: date, field: str) -> date:
    year, month, day = int(number[6:10]), int(number[10:12]), int(number[12:14])
    try:
        birth = date(year, month, day)
    except ValueError:
        birth = date.min
    if birth.year < _EARLIEST_BIRTH_YEAR:
        raise DomainError(
            f"身份证号码第 7 至 14 位（{number[6:14]}）不是有效的出生日期，请核对", field
        )
    if birth > today:
        raise DomainError(
            f"身份证号码中的出生日期（{year} 年 {month} 月 {day} 日）晚于今天，请核对第 7 至 14 位",
            field,
        )
    return birth


def _kind_of(number: str) -> Kind:
    if number.startswith("9"):
        return "foreigner"
    return "hmt_residence" if number[:2] in ("81", "82", "83") else "resident"


def id_check_digit(first17: str) -> str:
    """The 18th place that belongs to 17 digits (GB 11643, ISO 7064 MOD 11-2)."""
    total = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, first17, strict=True))
    return _ID_CHECKS[total % 11]


def parse_uscc(text: str) -> str:
    """A 统一社会信用代码 (GB 32100) in capitals; any registering authority is accepted."""
    code, field, label = _plain(text), "uscc", "统一社会信用代码"
    if not code:
        raise DomainError(f"请填写{label}", field)
    if len(code) == 15 and code.isdecimal():
        raise DomainError(f"这是 15 位的旧营业执照注册号，请填写 18 位{label}", field)
    _check_length(code, 18, label, field)
    for place, char in enumerate(code, start=1):
        if char in _USCC_LOOKALIKES:
            raise DomainError(
                f"{label}第 {place} 位是“{char}”，代码中没有字母 I、O、S、V、Z，"
                f"请核对是否为“{_USCC_LOOKALIKES[char]}”",
                field,
            )
        if char not in _USCC_ALPHABET:
            raise DomainError(
                f"{label}第 {place} 位是“{_shown(char)}”，只能是数字或大写字母", field
            )
    if uscc_check_character(code[:17]) != code[17]:
        raise DomainError(f"{label}校验位不对，请核对第 18 位", field)
    return code


def uscc_check_character(first17: str) -> str:
    """The 18th place that belongs to 17 characters (GB 32100: weights 3^i mod 31)."""
    total = sum(
        pow(3, place, 31) * _USCC_ALPHABET.index(char) for place, char in enumerate(first17)
    )
    return _USCC_ALPHABET[-total % 31]


def parse_mobile(text: str) -> str:
    """Eleven digits of a mainland mobile number; +86, blanks and hyphens are taken away."""
    number, field, label = _plain(text).replace("-", ""), "mobile", "手机号码"
    number = re.sub(r"^(\+86|0086|86(?=1\d{10}$))", "", number)
    if not number:
        raise DomainError(f"请填写{label}", field)
    _check_digits(number, label, field)
    if number.startswith("0"):
        raise DomainError("请填写手机号码，不要填写座机号码", field)
    _check_length(number, 11, label, field)
    if not re.fullmatch(r"1[3-9]\d{9}", number):
        raise DomainError(f"{label}应以 1 开头，第二位是 3 至 9，请核对前两位", field)
    return number


def parse_account(text: str) -> str:
    """The digits of a bank account or card, 8 to 30 of them, without blanks and hyphens."""
    number, field, label = _plain(text).replace("-", ""), "account", "银行账号"
    if not number:
        raise DomainError(f"请填写{label}", field)
    if _SCIENTIFIC.fullmatch(number):
        raise DomainError(f"{label}被表格软件改成了科学计数法，请把单元格设为文本后重新填写", field)
    _check_digits(number, label, field)
    if not 8 <= len(number) <= 30:
        raise DomainError(f"{label}现有 {len(number)} 位，应为 8 至 30 位，请核对", field)
    return number


def card_warning(account: str) -> str | None:
    """For a person's card only: a sentence if the Luhn digit is wrong. A hint, never a refusal."""
    doubled = (int(d) * (2 if place % 2 else 1) for place, d in enumerate(reversed(account)))
    if sum(value // 10 + value % 10 for value in doubled) % 10 == 0:
        return None
    return "这个账号的校验位与银行卡的规则不符，请对照银行卡再核对一遍"


def parse_bank_code(text: str) -> str:
    """A 联行号: twelve digits."""
    code, field, label = _plain(text).replace("-", ""), "bank_code", "联行号"
    if not code:
        raise DomainError(f"请填写{label}", field)
    _check_digits(code, label, field)
    _check_length(code, 12, label, field)
    return code


def parse_name(text: str, *, label: str = "姓名", field: str = "name") -> str:
    """A person's real name: 汉字 (rare ones included) and Latin letters with · blanks - and '.

    Two to sixty characters; stored as NFC with one kind of middle dot, letters of half width (a Chinese
    keyboard types wide ones), no blanks between 汉字.
    """
    name = _written(text.translate(_NARROW), label, field)
    wrong = next((char for char in name if not _in_a_name(char)), None)
    if wrong:
        raise DomainError(
            f"{label}中的“{_shown(wrong)}”不能用，只用汉字、字母、间隔号（·）、空格、连字符和撇号，"
            "与身份证上一致",
            field,
        )
    if len(name) < 2:
        raise DomainError(f"{label}至少 2 个字，请与身份证核对", field)
    if len(name) > _LONGEST_NAME:
        raise DomainError(f"{label}有 {len(name)} 个字，不能超过 {_LONGEST_NAME} 个字", field)
    if name[0] in _NAME_MARKS or name[-1] in _NAME_MARKS:
        raise DomainError(f"{label}的首尾应是汉字或字母，请与身份证核对", field)
    return name


def parse_organisation(text: str, *, label: str = "单位名称", field: str = "name") -> str:
    """The name of an organisation, a bank or an account holder: letters and digits of any script
    and the marks that registered names have; no pictures, no angle brackets."""
    name = _written(text, label, field)
    wrong = next((char for char in name if not (_is_word(char) or char in _TITLE_MARKS)), None)
    if wrong:
        raise DomainError(
            f"{label}中的“{_shown(wrong)}”不能用，只用文字、数字、括号和常用标点", field
        )
    if not any(_is_word(char) for char in name):
        raise DomainError(f"{label}里没有文字，请填全称", field)
    if len(name) > _LONGEST_TITLE:
        raise DomainError(f"{label}有 {len(name)} 个字，不能超过 {_LONGEST_TITLE} 个字", field)
    return name


def parse_employer(text: str) -> str:
    """Where somebody works; may be empty."""
    return parse_organisation(text, label="工作单位", field="employer") if text.strip() else ""


def _written(text: str, label: str, field: str) -> str:
    """Refused are control characters and the starts = + - @ and tab, which a spreadsheet would
    take for a formula (an apostrophe in front would break the comparison with the account)."""
    kept = text.translate(_INVISIBLE).strip(" \u3000\u00a0\r\n")
    if kept.startswith(_FORMULA_STARTS) or kept.translate(_FULL_WIDTH).startswith(_FORMULA_STARTS):
        raise DomainError(f"{label}不能以 = + - @ 或制表符开头，请删去后重新填写", field)
    if any(unicodedata.category(char) in _UNWRITABLE for char in kept):
        raise DomainError(f"{label}中有看不见的控制字符或无法显示的字，请手工重新输入", field)
    name = unicodedata.normalize("NFC", kept).translate(_DOTS)
    name = _BLANK_BETWEEN_HAN.sub("", _BLANKS.sub(" ", name.replace("\u3000", " ")))
    if not name:
        raise DomainError(f"请填写{label}", field)
    return name


def _is_han(char: str) -> bool:
    return _HAN_CHARACTER.fullmatch(char) is not None


def _in_a_name(char: str) -> bool:
    latin = char.isalpha() and unicodedata.name(char, "").startswith("LATIN")
    return _is_han(char) or latin or char in _NAME_MARKS


def _is_word(char: str) -> bool:
    return char.isalnum() or _is_han(char) or unicodedata.category(char) in ("Mn", "Mc")


def name_key(name: str) -> str:
    """What two spellings of one name share: width, case, blanks and kind of dot put aside."""
    folded = unicodedata.normalize("NFKC", name.translate(_INVISIBLE)).translate(_DOTS).casefold()
    return "".join(folded.split())


@lru_cache(maxsize=4096)
def employer_key(name: str) -> str:
    """What two spellings of one employer share: blanks, width, brackets and case put aside."""
    plain = unicodedata.normalize("NFKC", name).translate(_BRACKETS).casefold()
    return "".join(plain.split())


_BRACKETS = str.maketrans("【】", "[]")
_SURNAME_PAIRS = (
    "欧阳司马上官诸葛东方皇甫尉迟公孙慕容令狐司徒夏侯长孙宇文轩辕端木百里东郭南宫"
    "呼延万俟闻人赫连澹台公冶宗政濮阳淳于单于太叔申屠公羊仲孙钟离鲜于闾丘拓跋独孤"
    "第五南门西门左丘梁丘"
)
_COMPOUND_SURNAMES = frozenset(
    _SURNAME_PAIRS[place : place + 2] for place in range(0, len(_SURNAME_PAIRS), 2)
)


def _mask(text: str, head: int, tail: int) -> str:
    hidden = len(text) - head - tail
    if hidden <= 0:
        return "*" * len(text)
    return text[:head] + "*" * hidden + text[len(text) - tail :]


def mask_id_number(number: str) -> str:
    """First 6 and last 2 places: 330802**********39."""
    return _mask(number, 6, 2)


def mask_mobile(number: str) -> str:
    """First 3 and last 4 digits: 138****5678."""
    return _mask(number, 3, 4)


def mask_account(number: str) -> str:
    """The last 4 digits behind four stars, whatever the length: ****1234."""
    return "****" + number[-4:] if len(number) > 4 else "****"


def mask_middle(name: str) -> str:
    """The first and the last character, for who holds a paper and compares: 王*芳; of two the first: 王*."""
    return _mask(name, 1, 1) if len(name) > 2 else mask_name(name)


def mask_name(name: str) -> str:
    """The surname and a star for each further character, at most two: 张*, 欧阳**."""
    surname = 2 if len(name) > 2 and name[:2] in _COMPOUND_SURNAMES else 1
    if len(name) <= surname:
        return "*"
    return name[:surname] + "*" * min(len(name) - surname, 2)
