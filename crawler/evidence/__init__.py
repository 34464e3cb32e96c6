"""What was observed, as frozen values. Imports nothing else of ours; everything may import it."""

from __future__ import annotations

from crawler.evidence.access import (
    Consent,
    ConsentOutcome,
    ConsentRecord,
    LoginField,
    LoginRecord,
    LoginStep,
)
from crawler.evidence.axe import AxeElement, AxeNode, AxeResult, AxeRule
from crawler.evidence.crawl import Crawl, CrawledUrl, RobotsRecord, Skipped, SkipReason
from crawler.evidence.failure import Failure, FailureReason, http_failure
from crawler.evidence.institution import Institution, SeenPost
from crawler.evidence.mobile import (
    MobileView,
    PluginElement,
    SmallText,
    TapTarget,
    TextRun,
    WideElement,
)
from crawler.evidence.page import (
    Blob,
    Box,
    Control,
    Field,
    Form,
    Frame,
    Link,
    Page,
    Place,
    Resource,
)
from crawler.evidence.plan import (
    Confirmation,
    ConfirmMobile,
    ConfirmPage,
    Fetched,
    FetchResource,
    Observation,
    Plan,
    SearchAnswer,
    SearchProbe,
    SubmitSearch,
    VisitPage,
)
from crawler.evidence.rect import Rect
from crawler.evidence.sample import Replaced, Sample, StructuredPage
from crawler.evidence.second_engine import (
    Certainty,
    Policy,
    SecondEngineNode,
    SecondEngineResult,
    SecondEngineRule,
)
from crawler.evidence.settings import AuditSettings, RobotsPolicy, Scope, settings_of
from crawler.evidence.site import HOME, RANDOM, Site
from crawler.evidence.zoomed import CutText

__all__ = [
    "HOME",
    "RANDOM",
    "AuditSettings",
    "AxeElement",
    "AxeNode",
    "AxeResult",
    "AxeRule",
    "Blob",
    "Box",
    "Certainty",
    "ConfirmMobile",
    "ConfirmPage",
    "Confirmation",
    "Consent",
    "ConsentOutcome",
    "ConsentRecord",
    "Control",
    "Crawl",
    "CrawledUrl",
    "CutText",
    "Failure",
    "FailureReason",
    "FetchResource",
    "Fetched",
    "Field",
    "Form",
    "Frame",
    "Institution",
    "Link",
    "LoginField",
    "LoginRecord",
    "LoginStep",
    "MobileView",
    "Observation",
    "Page",
    "Place",
    "Plan",
    "PluginElement",
    "Policy",
    "Rect",
    "Replaced",
    "Resource",
    "RobotsPolicy",
    "RobotsRecord",
    "Sample",
    "Scope",
    "SearchAnswer",
    "SearchProbe",
    "SecondEngineNode",
    "SecondEngineResult",
    "SecondEngineRule",
    "SeenPost",
    "Site",
    "SkipReason",
    "Skipped",
    "SmallText",
    "StructuredPage",
    "SubmitSearch",
    "TapTarget",
    "TextRun",
    "VisitPage",
    "WideElement",
    "http_failure",
    "settings_of",
]
