"""FEC-CPT: account numbers, their chart and their labels."""

from __future__ import annotations

from helpers.rules import (
    ALWAYS,
    ERROR,
    GOOD,
    INFORMATION,
    NO,
    WARNING,
    flat,
    one,
    opening,
    rows,
    two,
)

NOT_PRINTED = {"55": "54", "56": "58", "57": "58"}
"""Root that no chart lists → one beside it that one does."""
PRINTED = [
    *("10", "11", "13", "14", "15", "16", "17", "18", "20", "21", "22", "23"),
    *("25", "26", "27", "28", "29"),
    *(str(root) for root in range(31, 55)),
    *("58", "59"),
    *(str(root) for root in range(60, 73)),
    *("74", "75", "76", "77", "78", "79"),
]


def account(number, **told):
    """The entry with this account on its first line."""
    return flat(one(CompteNum=number), **told)


def of_accounts(*numbers):
    """An entry of two lines on each account."""
    lines = [
        row | {"CompteNum": number, "CompteLib": number, "EcritureLib": number}
        for number in numbers
        for row in opening()
    ]
    return flat(lines)


def labels(*told):
    """The entry on one account, its lines with these labels; a line of nothing for each more."""
    first, second = opening()
    nothing = first | {"Debit": "0,00", "Montantdevise": "1,00", "Idevise": "USD"}
    lines = [first, second, *[nothing] * (len(told) - 2)]
    return flat([
        row | {"CompteNum": "512000", "CompteLib": label, "EcritureLib": f"Ligne {number}"}
        for number, (row, label) in enumerate(zip(lines, told, strict=True))
    ])  # fmt: skip


RULES = [
    *rows(
        *("FEC-CPT-01", ERROR, NO),
        (2, "CompteNum", account("51A000"), account("512A00"), {"value": "51A000"}),
        (2, "CompteNum", account("51"), account("512")),
        (2, "CompteNum", account("A12"), account("A12", regime="commercial")),
    ),
    *rows(
        *("FEC-CPT-02", WARNING, NO),
        (2, "CompteNum", account("912000"), account("712000"), {"value": "912000"}),
        (2, "CompteNum", account("012000"), account("112000")),
        (2, "CompteNum", account("912000"), account("912000", regime="commercial")),
        ((2, 4), "CompteNum", of_accounts("900000", "000000"), of_accounts("100000", "700000")),
    ),
    *rows(
        *("FEC-CPT-03", WARNING, NO),
        *(
            (2, "CompteNum", account(f"{root}1000"), account(f"{beside}1000"))
            for root, beside in NOT_PRINTED.items()
        ),
        (2, "CompteNum", account("551000"), of_accounts(*(f"{root}0" for root in PRINTED))),
        (  # lawful for a farm, an association and a condominium, not for a merchant
            *(2, "CompteNum", account("302000", chart="pcg"), account("302000", chart="farm")),
            {"value": "302000"},
        ),
        (2, "CompteNum", account("194000", chart="pcg"), account("194000", chart="association")),
        (2, "CompteNum", account("581000", chart="condominium"), account("581000")),
    ),
    *rows(
        *("FEC-CPT-04", WARNING, NO),
        (
            3,
            "CompteLib",
            labels("Banque", "Caisse"),
            labels("Banque", "Banque"),
            {"value": "512000 : Caisse"},
        ),
        (
            2,
            "CompteLib",
            labels("Caisse", "Banque", "Banque"),
            labels("Banque", "Banque", "Banque"),
        ),
        (4, "CompteLib", labels("Banque", "Banque", "Caisse"), GOOD),
        expected="Banque",
    ),
    *rows(
        *("FEC-CPT-05", INFORMATION, ALWAYS),
        (2, "CompteNum", account("", regime="commercial"), account("5", regime="commercial")),
        (
            *(2, "CompteNum", account(""), account("5")),
            {"also": ("FEC-OBL-01",), "also_not": ("FEC-CPT-01",)},
        ),
        (
            *((2, 3), "CompteNum", flat(two({"CompteNum": ""}, {"CompteNum": ""}))),
            GOOD,
            {"also": ("FEC-OBL-01",)},
        ),
    ),
    *rows(
        *("FEC-CPT-09", ERROR, ALWAYS),
        *(
            (
                *(2, "CompteNum", account(lost, regime="commercial")),
                account("411E09", regime="commercial"),
                {"value": lost},
            )
            for lost in ("4,11E+09", "4.0112E+11", "512E+03", "#REF!", "#N/A", "######", "512?00")
        ),
        *(
            (2, "CompteNum", account(lost), account("512100"), {"value": lost})
            for lost in (
                *("2024-01-15 00:00:00", "15/01/2024", "10-déc", "déc-01", "411:00:00"),
                *("41%", "-411000", "120,00", "41,50", "512100.5", "5121&&", "512;00"),
            )
        ),
        (
            *(2, "CompteNum", account("512\x0000"), account("51200\x00")),
            {"value": "512\ufffd00", "also": ("FEC-ENC-10",), "also_not": ("FEC-ENC-06",)},
        ),
        # Once, however many lines have it.
        (*(2, "CompteNum", of_accounts("7,06E+09"), of_accounts("706000")),),
    ),
    *rows(
        *("FEC-CPT-11", ERROR, ALWAYS),
        (2, "CompteNum", account("Banque"), account("512A"), {"value": "Banque"}),
        (2, "CompteNum", account("Éco"), account("Éco", regime="commercial"), {"value": "Éco"}),
        (
            *(2, "CompteNum", flat(two({"CompteNum": "Caisse", "CompteLib": "531000"}, {}))),
            flat(two({"CompteNum": "531000", "CompteLib": "Caisse"}, {})),
            {"value": "Caisse", "expected": "531000"},
        ),
    ),
    *rows(
        *("FEC-CPT-10", ERROR, ALWAYS),
        *(
            (2, "CompteNum", account(odd), account("512100"), {"value": odd})
            for odd in (
                *("512100.0", "512100,00", "'512100", '"512100"', '="512100"'),
                *("512 100", "512,100", "512\u202f100", "5121 00", "0000512100"),
                *("512100..", "512100__", "512100**", "512100 ."),
            )
        ),
        (
            *(2, "CompteNum", account("00512100"), account("0512100")),
            {"value": "00512100", "also_not": ("FEC-CPT-02",)},
        ),
        (2, "CompteNum", account("512100 BANQUE"), account("512 BANQUE")),
        (2, "CompteNum", account("512,110"), account("512110"), {"expected": "512110"}),
        (2, "CompteNum", account("2.0"), account("512100"), {"value": "2.0", "expected": "2"}),
        expected="512100",
    ),
    *rows(  # a letter for a zero; further on, it may be that of a third party
        *("FEC-CPT-10", ERROR, ALWAYS),
        (
            *(2, "CompteNum", account("1O1000", regime="commercial")),
            account("101O12", regime="commercial"),
            {"value": "1O1000"},
        ),
        (2, "CompteNum", account("101OOO"), account("101OO"), {"value": "101OOO"}),
        (2, "CompteNum", account("101O00"), account("101A00"), {"value": "101O00"}),
        (2, "CompteNum", account("1010\u041e0"), account("1010A0"), {"value": "1010\u041e0"}),
        expected="101000",
    ),
    *rows(  # what may be a number of its own, unless the file has the plain one too
        *("FEC-CPT-10", ERROR, ALWAYS),
        *(
            (4, "CompteNum", of_accounts("706000", odd), of_accounts("707000", odd), {"value": odd})
            for odd in ("706.000", "70600O", "706/000")
        ),
        (
            *(4, "CompteNum", of_accounts("706000", "0706000"), of_accounts("707000", "0706000")),
            {"value": "0706000", "also_not": ("FEC-CPT-02",)},
        ),
        expected="706000",
    ),
    *rows(
        *("FEC-CPT-08", INFORMATION, NO),
        (2, "CompteNum", account("801000"), account("701000"), {"value": "801000"}),
        (2, "CompteNum", account("881000"), account("881000", regime="commercial")),
    ),
]
