"""Forms made from the bank: parsing and validation only; how a field looks is the templates' business.

Errors are reasons (`long`, `address`, ...); the sentences for them stand in the templates.
"""

from assessor.forms.account import (
    ForgottenForm,
    MineForm,
    PasswordForm,
    PersonForm,
    ServicesForm,
    SignInForm,
    is_email,
    is_name,
)
from assessor.forms.fields import Fault, Guard, printable
from assessor.forms.page import Page, Question, current
from assessor.forms.person import CodeForm, JoinForm, SendForm, SlipForm
from assessor.forms.plan import ActionForm, StateForm, TargetForm, VersionForm
from assessor.forms.share import ShareForm
from assessor.forms.start import ChoiceForm, Confirm, MeetingForm, StartForm
from assessor.forms.survey import LinksForm, MailsForm, ReopenForm, SureForm, SurveyForm

__all__ = [
    "ActionForm",
    "ChoiceForm",
    "CodeForm",
    "Confirm",
    "Fault",
    "ForgottenForm",
    "Guard",
    "JoinForm",
    "LinksForm",
    "MailsForm",
    "MeetingForm",
    "MineForm",
    "Page",
    "PasswordForm",
    "PersonForm",
    "Question",
    "ReopenForm",
    "SendForm",
    "ServicesForm",
    "ShareForm",
    "SignInForm",
    "SlipForm",
    "StartForm",
    "StateForm",
    "SureForm",
    "SurveyForm",
    "TargetForm",
    "VersionForm",
    "current",
    "is_email",
    "is_name",
    "printable",
]
