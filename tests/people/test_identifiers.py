"""Synthetic vectors of GB 11643 and GB 32100, the sentences, and what no typing error passes."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DomainError
from people.identifiers import (
    IdNumber,
    card_warning,
    id_check_digit,
    mask_account,
    mask_id_number,
    mask_middle,
    mask_mobile,
    mask_name,
    name_key,
    parse_account,
    parse_bank_code,
    parse_employer,
    parse_id_number,
    parse_mobile,
    parse_name,
    parse_organisation,
    parse_uscc,
    uscc_check_character,
)

TODAY = date(2026, 3, 2)
WANG_FANG = "330802199003071239"


def refusal(call, *args, **kwargs):
    with pytest.raises(DomainError) as caught:
        call(*args, **kwargs)
    return caught.value.message, caught.value.field


def whole(first17):
    return first17 + id_check_digit(first17)


@pytest.mark.parametrize(
    ("text", "kind", "birth", "sex"),
    [
        (WANG_FANG, "resident", date(1990, 3, 7), "male"),
        ("330803196001010021", "resident", date(1960, 1, 1), "female"),
        ("330881200802290041", "resident", date(2008, 2, 29), "female"),
        ("810000199001010019", "hmt_residence", date(1990, 1, 1), "male"),
        (whole("82000019900101002"), "hmt_residence", date(1990, 1, 1), "female"),
        (whole("83000019991231001"), "hmt_residence", date(1999, 12, 31), "male"),
        (whole("93302019900101001"), "foreigner", date(1990, 1, 1), "male"),
        ("USA330019900012", "foreigner_old", None, None),
    ],
)
def test_good_numbers(text, kind, birth, sex):
    assert parse_id_number(text, today=TODAY) == IdNumber(kind, text, birth, sex)


@pytest.mark.parametrize(
    "county", ["330802", "330803", "330821", "330822", "330824", "330825", "330881", "330871"]
)
@pytest.mark.parametrize("year", range(1955, 2006, 10))
def test_county_and_birth_year_are_never_set_against_each_other(county, year):
    number = whole(f"{county}{year}0815101")
    assert parse_id_number(number, today=TODAY).birth == date(year, 8, 15)


@pytest.mark.parametrize(
    "typed",
    [
        "  330802199003071239\n",
        "330802 19900307 1239",
        "３３０８０２１９９００３０７１２３９",
        "330802\u200b199003071239\u202c",
        "\ufeff330802\u3000199003071239",
    ],
)
def test_what_a_hand_or_a_copy_leaves_is_taken_away(typed):
    assert parse_id_number(typed, today=TODAY).number == WANG_FANG


@pytest.mark.parametrize("last", ["x", "X", "ｘ", "Ｘ"])
def test_every_spelling_of_the_final_x(last):
    number = next(n for n in (whole(f"33080219900307{i:03}") for i in range(99)) if n[17] == "X")
    assert parse_id_number(number[:17] + last, today=TODAY).number == number


def test_born_today_is_accepted_and_tomorrow_is_not():
    born = [whole(f"330802{TODAY + timedelta(days):%Y%m%d}001") for days in (0, 1)]
    assert parse_id_number(born[0], today=TODAY).birth == TODAY
    assert refusal(parse_id_number, born[1], today=TODAY) == (
        "身份证号码中的出生日期（2026 年 3 月 3 日）晚于今天，请核对第 7 至 14 位",
        "id_number",
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "请填写身份证号码"),
        (" \u200b ", "请填写身份证号码"),
        (WANG_FANG[:17], "身份证号码少 1 位，应为 18 位"),
        (WANG_FANG + "12", "身份证号码多 2 位，应为 18 位"),
        ("330802900307123", "15 位的旧身份证号码已停用，请填写 18 位身份证号码"),
        (WANG_FANG[:17] + "8", "身份证号码校验位不对，请核对第 18 位"),
        ("33082219840230001X", "身份证号码第 7 至 14 位（19840230）不是有效的出生日期，请核对"),
        (whole("99080219900307123"), "身份证号码第 2、3 位（90）不是任何省份的代码，请核对"),
        (whole("99080219900101001"), "身份证号码第 2、3 位（90）不是任何省份的代码，请核对"),
        (whole("16080219900307123"), "身份证号码前 2 位（16）不是任何省份的代码，请核对"),
        (whole("00000019900307123"), "身份证号码前 2 位（00）不是任何省份的代码，请核对"),
        ("330822184001010010", "身份证号码第 7 至 14 位（18400101）不是有效的出生日期，请核对"),
        (
            "33080220300101001X",
            "身份证号码中的出生日期（2030 年 1 月 1 日）晚于今天，请核对第 7 至 14 位",
        ),
        ("33O802199003071239", "身份证号码第 3 位是“O”，只能是数字"),
        ("33²802199003071239", "身份证号码第 3 位是“²”，只能是数字"),
        ("33\x00802199003071239", "身份证号码第 3 位是“U+0000”，只能是数字"),
        ("33080219900307123Y", "身份证号码第 18 位是“Y”，只能是数字或字母 X"),
        ("33080219900307123٣", "身份证号码第 18 位是“٣”，只能是数字或字母 X"),
        (
            "3.30802E+17",
            "身份证号码被表格软件改成了科学计数法，请把单元格设为文本后重新填写 18 位号码",
        ),
        (
            "H1234567800",
            "证件号码格式不对，请填写居民身份证、港澳台居民居住证或外国人永久居留身份证的号码",
        ),
    ],
)
def test_refusals_of_id_numbers(text, sentence):
    assert refusal(parse_id_number, text, today=TODAY) == (sentence, "id_number")


@st.composite
def id_numbers(draw):
    born = draw(st.dates(date(1950, 1, 1), date(2008, 12, 31)))
    county = draw(st.sampled_from(["330802", "330803", "330881", "810000", "933020"]))
    return whole(f"{county}{born:%Y%m%d}{draw(st.integers(0, 999)):03}")


@given(id_numbers(), st.integers(0, 17), st.integers(1, 9))
def test_any_single_wrong_digit_is_caught(number, place, shift):
    digits = "0123456789X" if place == 17 else "0123456789"
    wrong = digits[(digits.index(number[place]) + shift) % len(digits)]
    assert parse_id_number(number, today=TODAY).number == number
    with pytest.raises(DomainError):
        parse_id_number(number[:place] + wrong + number[place + 1 :], today=TODAY)


PARSERS = [
    lambda text: parse_id_number(text, today=TODAY),
    parse_uscc,
    parse_mobile,
    parse_account,
    parse_bank_code,
    parse_name,
]


@pytest.mark.parametrize("parse", PARSERS)
@given(st.text(max_size=30))
def test_any_text_is_taken_or_refused_with_a_sentence(parse, text):
    refused = None
    try:
        parse(text)
    except DomainError as error:
        refused = error
    assert refused is None or (refused.field and refused.message.isprintable())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("91330802MA2DH00012", "91330802MA2DH00012"),
        ("52330800MJ00000015", "52330800MJ00000015"),
        (" ９１３３０８０２ma2dh00012 ", "91330802MA2DH00012"),
    ],
)
def test_good_organisation_codes(text, code):
    assert parse_uscc(text) == code


@pytest.mark.parametrize("head", ["11330800", "12330800", "93330802", "N2330802", "A1330802"])
def test_every_registering_authority_is_accepted(head):
    first17 = head + "MB0A12345"
    assert parse_uscc(first17 + uscc_check_character(first17)) == first17 + uscc_check_character(
        first17
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "请填写统一社会信用代码"),
        ("91330802MA2DH0001", "统一社会信用代码少 1 位，应为 18 位"),
        ("330802000012345", "这是 15 位的旧营业执照注册号，请填写 18 位统一社会信用代码"),
        (
            "9133O802MA2DH00012",
            "统一社会信用代码第 5 位是“O”，代码中没有字母 I、O、S、V、Z，请核对是否为“0”",
        ),
        ("9133-802MA2DH00012", "统一社会信用代码第 5 位是“-”，只能是数字或大写字母"),
        ("91330802MA2DH00013", "统一社会信用代码校验位不对，请核对第 18 位"),
    ],
)
def test_refusals_of_organisation_codes(text, sentence):
    assert refusal(parse_uscc, text) == (sentence, "uscc")


ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@given(st.text(ALPHABET, min_size=17, max_size=17), st.integers(0, 17), st.integers(1, 30))
def test_any_single_wrong_character_of_a_code_is_caught(first17, place, shift):
    code = first17 + uscc_check_character(first17)
    wrong = ALPHABET[(ALPHABET.index(code[place]) + shift) % 31]
    with pytest.raises(DomainError):
        parse_uscc(code[:place] + wrong + code[place + 1 :])


@pytest.mark.parametrize(
    "text",
    ["13857001234", "138 5700 1234", "+86 138-5700-1234", "008613857001234", "8613857001234"],
)
def test_good_mobile_numbers(text):
    assert parse_mobile(text) == "13857001234"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "请填写手机号码"),
        ("1385700123", "手机号码少 1 位，应为 11 位"),
        ("138570012345", "手机号码多 1 位，应为 11 位"),
        ("12857001234", "手机号码应以 1 开头，第二位是 3 至 9，请核对前两位"),
        ("0570-3021234", "请填写手机号码，不要填写座机号码"),
        ("1385700123a", "手机号码第 11 位是“A”，只能是数字"),
    ],
)
def test_refusals_of_mobile_numbers(text, sentence):
    assert refusal(parse_mobile, text) == (sentence, "mobile")


def test_accounts_and_bank_codes():
    assert parse_account("6222 0212 0900 0001 238") == "6222021209000001238"
    assert parse_bank_code(" 103341000123 ") == "103341000123"


@pytest.mark.parametrize(
    ("call", "text", "sentence", "field"),
    [
        (parse_account, "", "请填写银行账号", "account"),
        (parse_account, "6222O2", "银行账号第 5 位是“O”，只能是数字", "account"),
        (parse_account, "1234567", "银行账号现有 7 位，应为 8 至 30 位，请核对", "account"),
        (
            parse_account,
            "6.22202E+18",
            "银行账号被表格软件改成了科学计数法，请把单元格设为文本后重新填写",
            "account",
        ),
        (parse_bank_code, "10334100012", "联行号少 1 位，应为 12 位", "bank_code"),
        (parse_bank_code, "", "请填写联行号", "bank_code"),
    ],
)
def test_refusals_of_accounts(call, text, sentence, field):
    assert refusal(call, text) == (sentence, field)


def test_the_luhn_digit_is_only_a_hint():
    assert card_warning("79927398713") is None
    assert (
        card_warning("79927398710") == "这个账号的校验位与银行卡的规则不符，请对照银行卡再核对一遍"
    )


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (" 王芳 ", "王芳"),
        ("王　芳", "王芳"),
        ("王 芳\u200b", "王芳"),
        ("买买提•阿不都", "买买提·阿不都"),
        ("买买提・阿不都", "买买提·阿不都"),
        ("Anna  Maria", "Anna Maria"),
        ("Jose\u0301", "José"),
        ("𬱟䶮\U00031350", "𬱟䶮\U00031350"),
        ("〇一", "〇一"),
        ("O'Brien-Smith", "O'Brien-Smith"),
        ("尼加提·A·买买提", "尼加提·A·买买提"),
        ("王" * 60, "王" * 60),
    ],
)
def test_names_are_kept_as_written_but_for_dots_and_blanks(text, name):
    assert parse_name(text) == name


FORMULA = "姓名不能以 = + - @ 或制表符开头，请删去后重新填写"


def odd(char):
    return (
        f"姓名中的“{char}”不能用，只用汉字、字母、间隔号（·）、空格、连字符和撇号，与身份证上一致"
    )


CONTROL = "姓名中有看不见的控制字符或无法显示的字，请手工重新输入"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "请填写姓名"),
        ("　\u200b", "请填写姓名"),
        ("=1+1", FORMULA),
        ("+王芳", FORMULA),
        ("-王芳", FORMULA),
        (" @王芳", FORMULA),
        ("\u200b=1+1", FORMULA),
        ("＝1+1", FORMULA),
        ("\t王芳", FORMULA),
        ("王\t芳", CONTROL),
        ("王\x07芳", CONTROL),
        ("王\ue000", CONTROL),
        ("王" * 61, "姓名有 61 个字，不能超过 60 个字"),
        ("王", "姓名至少 2 个字，请与身份证核对"),
        ("王芳😀", odd("😀")),
        ("<script>alert(1)</script>", odd("<")),
        ("王芳3", odd("3")),
        ("王芳（组长）", odd("（")),
        ("王芳①", odd("①")),
        ("Иван", odd("И")),
        ("··", "姓名的首尾应是汉字或字母，请与身份证核对"),
        ("王芳-", "姓名的首尾应是汉字或字母，请与身份证核对"),
    ],
)
def test_refusals_of_names(text, sentence):
    assert refusal(parse_name, text) == (sentence, "name")


def test_a_name_error_speaks_of_the_field_it_is_for():
    assert refusal(parse_name, "", label="户名", field="holder") == ("请填写户名", "holder")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("衢州市柯城区（城东）3号村", "衢州市柯城区（城东）3号村"),
        ("A&B 科技（衢州）有限公司", "A&B 科技（衢州）有限公司"),
        ("王芳", "王芳"),
        ("尼加提·买买提", "尼加提·买买提"),
    ],
)
def test_names_of_organisations(text, name):
    assert parse_organisation(text) == name


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("<script>", "单位名称中的“<”不能用，只用文字、数字、括号和常用标点"),
        ("机械厂😀", "单位名称中的“😀”不能用，只用文字、数字、括号和常用标点"),
        ("（）", "单位名称里没有文字，请填全称"),
        ("=1+1", "单位名称不能以 = + - @ 或制表符开头，请删去后重新填写"),
        ("厂" * 101, "单位名称有 101 个字，不能超过 100 个字"),
    ],
)
def test_refusals_of_organisations(text, sentence):
    assert refusal(parse_organisation, text) == (sentence, "name")


def test_an_employer_may_be_empty_and_is_refused_at_its_own_field():
    assert (parse_employer(" "), parse_employer(" 巨化集团 ")) == ("", "巨化集团")
    assert refusal(parse_employer, "厂<b>") == (
        "工作单位中的“<”不能用，只用文字、数字、括号和常用标点",
        "employer",
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("买买提·阿不都", "买买提•阿不都"),
        ("买买提·阿不都", "买买提･阿不都"),
        ("衢州某某（集团）公司", "衢州某某(集团) 公司"),
        ("ANNA Maria", "Anna　maria"),
    ],
)
def test_spellings_of_one_name_compare_equal(one, other):
    assert name_key(one) == name_key(other)


def test_different_names_do_not_compare_equal():
    assert name_key("王芳") != name_key("王方")


@pytest.mark.parametrize(
    ("masked", "shown"),
    [
        (mask_id_number(WANG_FANG), "330802**********39"),
        (mask_id_number("USA330019900012"), "USA330*******12"),
        (mask_id_number("12345"), "*****"),
        (mask_mobile("13857001234"), "138****1234"),
        (mask_account("6222021209000001238"), "****1238"),
        (mask_account("1238"), "****"),
        (mask_middle("张三"), "张*"),
        (mask_middle("张小三"), "张*三"),
        (mask_middle("欧阳小锋"), "欧**锋"),
        (mask_middle("张"), "*"),
        (mask_name("张三"), "张*"),
        (mask_name("张小三"), "张**"),
        (mask_name("欧阳锋"), "欧阳*"),
        (mask_name("欧阳"), "欧*"),
        (mask_name("买买提·阿不都"), "买**"),
        (mask_name("张"), "*"),
        (mask_name(""), "*"),
    ],
)
def test_masks(masked, shown):
    assert masked == shown


def test_wide_letters_of_a_chinese_keyboard_become_narrow() -> None:
    assert parse_name("ＬＩＮＡ　Ｗａｎｇ") == "LINA Wang"
    assert parse_name("ＬＩＮＡ小雨") == "LINA小雨"
