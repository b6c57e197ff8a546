"""Why a storage refused a request: its own code, and what a user can do about it.

Source: Amazon S3 API Reference, Error responses; Azure Storage, Common REST API error codes. An answer of S3 to HEAD
has no body, so its code is only "403" or "400".
"""

from __future__ import annotations

BODILESS = ("400", "403")
"""Codes that s3fs makes of the bare status of an answer to HEAD."""
_AZURE = (
    "Check AZURE_STORAGE_CONNECTION_STRING, or AZURE_STORAGE_ACCOUNT_NAME with AZURE_STORAGE_ACCOUNT_KEY or _SAS_TOKEN."
)
_GOOGLE = "Log in with gcloud auth application-default login, or set GOOGLE_APPLICATION_CREDENTIALS."
_ADVICE = {
    "AccountIsDisabled": "Ask the storage's operator; it has closed the account.",
    "AuthenticationFailed": _AZURE,
    "AuthorizationFailure": "Give this account the rights to read the sources and write to --out, or ask its firewall.",
    "AuthorizationPermissionMismatch": "Give this account the role Storage Blob Data Contributor.",
    "Credentials": _GOOGLE,
    "HostKeyChanged": "Somebody may listen. If the host has a new key, ssh-keygen -R HOST forgets the old one.",
    "HostKeyUnknown": "Compare the fingerprint with the host's, then log in once with ssh, which notes the key.",
    "NoAuthenticationInformation": _AZURE,
    "ProxyJump": "Write it as ProxyCommand, as in: ProxyCommand ssh -W %h:%p JUMPHOST.",
    "SshAuthentication": "Log in with ssh to the same host first: the user comes from ~/.ssh/config, the key from "
    "there, an agent (ssh-add) or from ~/.ssh. Nobody is asked for a password.",
    "AccessDenied": "Give these credentials the right to do it: s3:ListBucket and s3:GetObject for sources, "
    "s3:ListBucket, s3:GetObject, s3:PutObject and s3:DeleteObject for --out.",
    "AllAccessDisabled": "Ask the owner of the bucket; the storage has closed it.",
    "AccountProblem": "Ask the storage's operator; it has closed the account of these credentials.",
    "ExpiredToken": "Log in again, then run the same command again; it goes on where it stopped.",
    "InvalidAccessKeyId": "Check AWS_ACCESS_KEY_ID or AWS_PROFILE, and AWS_ENDPOINT_URL: "
    "the storage that answers does not know this access key.",
    "InvalidToken": "Check AWS_SESSION_TOKEN: it does not belong to this access key, or is damaged. Log in again.",
    "NoCredentials": "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or log in.",
    "RequestTimeTooSkewed": "Set the clock of this machine: it differs too much from the storage's.",
    "SignatureDoesNotMatch": "Check AWS_SECRET_ACCESS_KEY: it does not belong to this access key.",
    "TokenRefreshRequired": "Log in again, then run the same command again; it goes on where it stopped.",
}


class AccessRefused(PermissionError):
    """The storage refused, and will refuse again.

    Args:
        code: the storage's own, as "InvalidAccessKeyId".
        said: its message.
    """

    def __init__(self, code: str, said: str) -> None:
        super().__init__(code, said)
        self.code, self.said = code, said

    def __str__(self) -> str:
        return f"{self.said} ({self.code})"


def code_of(error: BaseException) -> tuple[str, str]:
    """Returns the storage's code and message in an error of s3fs or botocore; ("", "") if there is none."""
    for each in (error, error.__cause__):
        response = getattr(each, "response", None)
        if isinstance(response, dict):
            answer = response.get("Error", {})
            return str(answer.get("Code", "")), str(answer.get("Message", ""))
    return "", ""


def is_refusal(code: str) -> bool:
    """Returns whether the same request with the same credentials will be refused again."""
    return code in _ADVICE or code == "403"


def advice(error: Exception, otherwise: str) -> str:
    """Returns what a user can do about an error of the storage; `otherwise` where its code does not tell."""
    return _ADVICE.get(error.code, otherwise) if isinstance(error, AccessRefused) else otherwise
