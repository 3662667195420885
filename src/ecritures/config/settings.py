"""Every setting of the product, one typed object: environment, then file, then default."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import (
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from ecritures.config.setting_texts import value_of
from ecritures.config.setting_types import RefusalStatus, WebAddress, ZoneName

PREFIX = "ECRITURES_"
SETTINGS_FILE = Path("ecritures.toml")
MEBIBYTE = 1 << 20
NUMBER_MAX = 1 << 53
DURATION_MAX = {
    "_seconds": 36_500 * 86_400,
    "_minutes": 36_500 * 1440,
    "_hours": 36_500 * 24,
    "_days": 36_500,
}
"""A century: what a date and the operating system can still hold."""

LogFormat = Literal["auto", "console", "json"]
LogLevel = Literal["info", "warning"]


class Settings(BaseSettings):
    """Settings, each with its unit in its name.

    Read from `ECRITURES_…` environment variables, then from `ecritures.toml` in the working
    directory.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        enable_decoding=False,  # `value_of` reads lists, whichever source they come from
        extra="forbid",
        frozen=True,
    )

    data_dir: Path = Field(Path("data"), description="Folder of the embedded database and files.")
    database_url: str = Field(
        "",
        description="`sqlite:///…` or `postgresql://…`. Empty: a SQLite file in the data folder.",
    )
    host: str = Field("127.0.0.1", min_length=1, description="Address `serve` listens on.")
    port: int = Field(8000, le=65535, description="Port `serve` listens on.")
    public_url: WebAddress = Field(
        "",
        description="Address by which callers reach the service; used in the links it gives.",
    )
    time_zone: ZoneName = Field(
        "Europe/Paris", description="Time zone of the dates and times that pages show."
    )
    refusal_status: RefusalStatus = Field(
        None,
        description="HTTP status of a refusal on the four Loop-compatible POST routes, 200 or 400. "
        "Empty: 200 on `importJson`, as the vendor documents, and 400 on the others.",
    )
    subscription_keys: list[SecretStr] = Field(
        default_factory=list,
        description="Accepted `Ocp-Apim-Subscription-Key` values. Empty: none is required.",
    )
    connections_max: int = Field(
        4000,
        ge=1,
        description="Connections open at once, never more than half of the descriptors that the "
        "process may open. One more closes the one that has been silent for the longest.",
    )
    request_head_seconds_max: float = Field(
        20, gt=0, description="How long the head of a request may take to arrive, in seconds."
    )
    request_silence_seconds_max: float = Field(
        60,
        gt=0,
        description="How long a caller may send or take nothing in the middle of a request, in "
        "seconds.",
    )
    request_bytes_max: int = Field(
        MEBIBYTE, description="Largest body of a JSON request, in bytes."
    )
    json_request_bytes_max: int = Field(
        256 * MEBIBYTE,
        ge=MEBIBYTE,
        description="Largest body of `importJson`, in bytes. It is written to disk as it arrives.",
    )
    json_judged_bytes_max: int = Field(
        16 * MEBIBYTE,
        ge=0,
        description="Largest body of `importJson` whose lines are judged before it is answered, in "
        "bytes; anomalies in the lines of a larger one are reported by the status of the import.",
    )
    allow_private_addresses: bool = Field(
        default=False,
        description="Download from loopback and private networks, and over plain HTTP.",
    )
    download_bytes_max: int = Field(
        4096 * MEBIBYTE, description="Largest file fetched from an address, in bytes."
    )
    download_connect_seconds_max: float = Field(
        10, description="Longest wait for a connection, in seconds."
    )
    download_stall_seconds_max: float = Field(
        30, description="Longest silence in a transfer, in seconds."
    )
    download_total_seconds_max: float = Field(
        3600, description="Longest transfer, resumptions included, in seconds."
    )
    download_bytes_per_second_min: int = Field(
        1000,
        ge=0,
        description="Slowest transfer, on average since its first minute, in bytes per second; a "
        "slower one is stopped and tried again later.",
    )
    downloads_max: int = Field(
        16,
        ge=0,
        description="Files fetched at once in one process, besides the imports being read: a slow "
        "server does not delay other imports.",
    )
    download_redirects_max: int = Field(
        3, description="Redirects followed for one file, each address checked again."
    )
    download_resumes_max: int = Field(5, description="How many times a broken transfer is resumed.")
    download_allowed_hosts: list[str] = Field(
        default_factory=list,
        description="Hosts to download from: `files.example` or `*.files.example`. Empty: any.",
    )
    attempt_hours_max: float = Field(
        24, description="How long to retry a file that cannot be fetched, in hours."
    )
    attempt_pause_seconds: float = Field(
        5, description="Pause before the second attempt, in seconds; doubled after each attempt."
    )
    attempt_pause_seconds_max: float = Field(
        3600, description="Longest pause between two attempts, in seconds."
    )
    absent_grace_seconds: float = Field(
        120, description="How long to wait for a file that is not there (404, 410), in seconds."
    )
    internal_failures_max: int = Field(
        3, description="How many times to retry after an internal failure."
    )
    interruptions_max: int = Field(
        10, description="How many times an import may be interrupted by the death of its process."
    )
    lease_seconds: float = Field(
        30, gt=0, description="How long a silent worker counts as alive, in seconds."
    )
    run_hours_max: float = Field(
        6, description="How long one attempt may run before it is stopped, in hours."
    )
    storage_url: str = Field(
        "",
        description="Where files are kept: a folder, `az://container`, `s3://bucket` or "
        "`gs://bucket`. Empty: a folder in the data folder.",
    )
    storage_options: dict[str, SecretStr] = Field(
        default_factory=dict,
        description="Credentials and endpoint of the storage, by the names obstore gives them "
        "(`account_name`, `account_key`, `endpoint`…), before `AZURE_…`, `AWS_…`, `GOOGLE_…`.",
    )
    upload_bytes_max: int = Field(
        4096 * MEBIBYTE, description="Largest file uploaded or deposited, in bytes."
    )
    deposit_hours_max: float = Field(
        25, ge=24, description="How long the address of a deposit stays valid, in hours."
    )
    deposit_secret: SecretStr | None = Field(
        None,
        description="Signs the addresses of deposits. Empty: a secret created in the data folder.",
    )
    unpacked_bytes_max: int = Field(
        8192 * MEBIBYTE, description="Largest file extracted from an archive, in bytes."
    )
    unpacked_ratio_max: int = Field(
        200, description="How many times larger than its archive an extracted file may be."
    )
    unpacked_files_max: int = Field(1000, description="Most files in an archive.")
    attachment_bytes_max: int = Field(
        64 * MEBIBYTE, description="Largest document attached to an entry, in bytes."
    )
    attachments_max: int = Field(5000, description="Most documents attached to a file.")
    source_days_kept: float = Field(
        30,
        ge=0,
        description="How long source files are kept after the end of their import, in days. 0: "
        "they are not kept.",
    )
    address_days_kept: float = Field(
        2,
        ge=0,
        description="How long the address of an import that failed is kept, for a retry, in days.",
    )
    withdrawn_days_kept: float = Field(
        90,
        ge=0,
        description="How long the rows of an import that was undone or replaced are kept, so that "
        "it can be restored, in days.",
    )
    block_bytes: int = Field(
        10 * MEBIBYTE, description="How much of a file is read at once, in bytes."
    )
    line_bytes_max: int = Field(
        MEBIBYTE,
        description="Longest line of a text file, in bytes; a longer one is refused.",
    )
    reader_memory_bytes_max: int = Field(
        2048 * MEBIBYTE,
        gt=0,
        description="Memory that reading one file may take, in bytes; beyond it, the process that "
        "reads it is stopped, and no other.",
    )
    reader_cpu_seconds_max: float = Field(
        1800,
        gt=0,
        description="Processor time that reading one file may take, in seconds, all threads "
        "together.",
    )
    preview_seconds_max: float = Field(
        30,
        gt=0,
        description="Time that a file read while its caller waits may take, in seconds: a model "
        "tried, rejected entries downloaded.",
    )
    anomaly_details_max: int = Field(
        1000, description="Anomalies of one code kept in detail; the counts stay exact."
    )
    runner_imports_max: int = Field(
        3,
        ge=0,
        description="Imports running at once in one process. 0, on PostgreSQL: none in this one, "
        "the workers run them.",
    )
    domain_imports_max: int = Field(
        2,
        ge=1,
        description="Imports of one domain running at once in one process; fewer than "
        "`runner_imports_max` leaves room for the small file of another.",
    )
    queue_imports_max: int = Field(
        100_000, description="Imports that may wait, all domains together; then 429."
    )
    domain_queue_imports_max: int = Field(
        20_000, description="Imports that may wait in one domain; then 429."
    )
    duplicate_window_seconds: float = Field(
        600,
        ge=0,
        description="On the Loop-compatible routes, how long an identical request joins the one "
        "that has not ended, in seconds. 0: each creates an import.",
    )
    idempotency_hours_kept: float = Field(
        24, ge=0, description="How long the answer to an `Idempotency-Key` is kept, in hours."
    )
    requests_per_second_max: float = Field(
        1000, ge=0, description="Requests of one key per second, then 429. 0: no limit."
    )
    requests_burst_max: int = Field(
        2000, ge=1, description="Requests of one key allowed in a burst after a pause."
    )
    session_hours_max: float = Field(
        12, gt=0, description="How long a session of the page lasts at most, in hours."
    )
    session_idle_minutes_max: float = Field(
        120, gt=0, description="How long a session that is not used lasts, in minutes."
    )
    sign_in_attempts_max: int = Field(
        5, ge=1, description="Attempts to sign in with one e-mail address before a wait."
    )
    sign_in_network_attempts_max: int = Field(
        50, ge=1, description="Failed attempts to sign in from one network address before a wait."
    )
    sign_in_wait_seconds: float = Field(300, gt=0, description="How long that wait is, in seconds.")
    password_characters_min: int = Field(
        12, ge=8, le=200, description="Shortest password, in characters."
    )
    oidc_issuer: WebAddress = Field(
        "",
        description="Address of an OpenID Connect provider by which people may sign in too. "
        "Whoever it says has a verified e-mail address is that person. Empty: none.",
    )
    oidc_client_id: str = Field("", description="What that provider calls this service.")
    oidc_client_secret: SecretStr | None = Field(
        None, description="What that provider has given this service. Empty: a public client."
    )
    invitation_hours_max: float = Field(
        168, gt=0, description="How long an invitation stays valid, in hours."
    )
    disk_free_bytes_min: int = Field(
        512 * MEBIBYTE,
        description="Free disk space below which files are refused (503), in bytes.",
    )
    stop_seconds_max: float = Field(
        30,
        ge=0,
        description="How long running imports may continue once the process is asked to stop, in "
        "seconds; then they are handed back, to be run again.",
    )
    log_level: LogLevel = Field("info", description="Lowest level of the log.")
    log_format: LogFormat = Field(
        "auto", description="Format of the logs; “auto”: readable on a terminal, JSON elsewhere."
    )

    @field_validator("*", mode="before")
    @classmethod
    def _read_text(cls, value: Any, info: ValidationInfo) -> Any:  # noqa: ANN401 - of any setting
        annotation = cls.model_fields[info.field_name or ""].annotation
        if isinstance(value, bool) and annotation is not bool:
            message = "true and false are no value of it"
            raise ValueError(message)
        return value_of(annotation, value) if isinstance(value, str) else value

    @field_validator("*")
    @classmethod
    def _limit(cls, value: Any, info: ValidationInfo) -> Any:  # noqa: ANN401 - of any setting
        if isinstance(value, int | float):
            name = info.field_name or ""
            limits = [limit for unit, limit in DURATION_MAX.items() if unit in name]
            largest = min(limits, default=NUMBER_MAX)
            if not 0 <= value <= largest:  # nor is NaN
                message = f"it must be from 0 to {largest}"
                raise ValueError(message)
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - part of the signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - part of the signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order of the sources: arguments, environment, file."""
        return (
            init_settings,
            env_settings,
            TomlConfigSettingsSource(settings_cls, toml_file=SETTINGS_FILE),
        )

    @cached_property
    def effective_database_url(self) -> str:
        """The database's address, with the embedded default worked out."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'ecritures.db'}"

    @property
    def effective_storage_url(self) -> str:
        """The storage's address, with the embedded default worked out."""
        return self.storage_url or str(self.data_dir / "storage")

    @property
    def scratch_dir(self) -> Path:
        """Where files live while an import runs; emptied when the service starts."""
        return self.data_dir / "scratch"
