"""Forms made from the bank: parsing and validation only; how a field looks is the templates' business.

Errors are reasons (`long`, `address`, ...); the sentences for them stand in the templates.
"""

from assessor.forms.fields import Fault, Guard, printable
from assessor.forms.page import Page, Question, current
from assessor.forms.person import CodeForm, JoinForm, SendForm
from assessor.forms.start import Confirm, StartForm

__all__ = [
    "CodeForm",
    "Confirm",
    "Fault",
    "Guard",
    "JoinForm",
    "Page",
    "Question",
    "SendForm",
    "StartForm",
    "current",
    "printable",
]
