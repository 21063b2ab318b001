namespace Vidimus.Storage.Migrations;

/// <summary>All migrations in their order. Times are milliseconds since 1970 UTC; rows of a tenant begin with (tenant, account, region); what is public knowledge has no tenant.</summary>
public static partial class Schema
{
    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        First,
        Identity,
        Fleet,
        Find,
        Organization,
        Events,
        Speed,
        Rules,
        Nodes,
    ];

    private static Migration First => new(1, "the first tables",
    [
        // Who.
        "create table tenant (id {id}, name text not null, created_ms bigint not null)",
        "create table account (tenant int not null, id {id}, number text not null unique, created_ms bigint not null)",
        "create table region (id {id}, name text not null unique)",
        "create table setting (name text not null primary key, body bytea not null)",

        // What is watched. last_scan_ms is in no index: an unchanged inventory touches this row and no other.
        """
        create table resource (tenant int not null, account int not null, region smallint not null, id {id}, kind text not null, name text not null, facts text not null,
            type smallint not null, active smallint not null, reason text not null, first_ms bigint not null, last_scan_ms bigint) {hot}
        """,
        "create unique index resource_key on resource (tenant, account, region, kind, name)",
        "create index resource_region on resource (tenant, region, id)",
        """
        create table document (tenant int not null, account int not null, region smallint not null, id {id}, digest bytea not null, kind text not null, versions bytea not null, body bytea not null)
        """,
        "create unique index document_key on document (tenant, account, region, digest)",
        """
        create table holding (tenant int not null, account int not null, region smallint not null, resource bigint not null, kind text not null, document bigint not null,
            primary key (tenant, account, region, resource, kind)) {pairs}
        """,
        "create index holding_document on holding (document, resource)",

        // What is true everywhere.
        "create table package_version (id {id}, ecosystem text not null, name text not null, version text not null, context text not null)",
        "create unique index package_version_key on package_version (ecosystem, name, version, context)",
        """
        create table vulnerability (id {id}, display {text}, title text, severity smallint not null default 0, epss double precision, exploited smallint not null default 0, published_ms bigint,
            details text, merged_into bigint)
        """,
        "create index vulnerability_epss on vulnerability (epss, id)",
        "create index vulnerability_display on vulnerability (display)",
        "create index vulnerability_exploited on vulnerability (id) where exploited = 1",
        "create index vulnerability_merged on vulnerability (merged_into) where merged_into is not null",
        "create table vulnerability_alias (alias text not null primary key, vulnerability bigint not null) {pairs}",
        "create index vulnerability_alias_number on vulnerability_alias (vulnerability)",
        """
        create table verdict (package_version bigint not null, vulnerability bigint not null, advisory text not null, fixed text, status smallint not null, book bigint not null,
            primary key (package_version, vulnerability, advisory)) {pairs}
        """,
        "create index verdict_vulnerability on verdict (vulnerability, package_version)",

        // What is wrong. Narrow, as there are many; what belongs to the vulnerability, the evidence or the resource stays there.
        """
        create table evidence (tenant int not null, account int not null, region smallint not null, id {id}, digest bytea not null, title {text} not null, body text not null,
            feed {text} not null default '', vulnerability bigint, titled int)
        """,
        "create unique index evidence_key on evidence (tenant, account, region, digest)",
        "create index evidence_title on evidence (account, region, substr(title, 1, 256))",
        "create index evidence_feed on evidence (account, region, feed)",
        "create index evidence_vulnerability on evidence (vulnerability, account, region)",
        """
        create table finding (tenant int not null, account int not null, region smallint not null, kind smallint not null, status smallint not null, severity smallint not null, fix smallint not null,
            incarnation smallint not null, score smallint not null, resource int not null, evidence int not null, id {id}, fingerprint bigint not null, first_ms bigint not null,
            updated_ms bigint not null, closed_ms bigint, delete_ms bigint, suppression int, closing smallint)
        """,
        // An account is of one tenant, so the tenant is in no index. The key is the order of lists: no change of a finding moves it in there.
        "create unique index finding_key on finding (account, region, kind, fingerprint, resource, incarnation)",
        "create index finding_resource on finding (resource)",
        "create index finding_rank on finding (account, region, status, severity)",
        "create index finding_score on finding (account, region, score, id)",
        "create index finding_first on finding (account, region, first_ms, id)",
        "create index finding_updated on finding (account, region, updated_ms, id)",
        "create index finding_suppression on finding (suppression) where suppression is not null",
        "create index finding_delete on finding (delete_ms) where delete_ms is not null",
        """
        create table finding_history (tenant int not null, account int not null, region smallint not null, id {id}, finding bigint not null, fingerprint bigint not null, at_ms bigint not null,
            cause smallint not null, status smallint not null, severity smallint not null, fix smallint not null, closing smallint, score double precision, evidence bigint not null, suppression bigint)
        """,
        "create index finding_history_key on finding_history (finding, id)",

        // How many. Writers only append; a worker rolls up.
        """
        create table counter (tenant int not null, account int not null, region smallint not null, dimension smallint not null, subject bigint not null, severity smallint not null, n bigint not null,
            primary key (tenant, account, region, dimension, subject, severity)) {pairs}
        """,
        "create index counter_subject on counter (tenant, region, dimension, subject)",
        "create index counter_rank on counter (account, region, dimension, severity, n)",
        """
        create table counter_change (tenant int not null, account int not null, region smallint not null, id {id}, dimension smallint not null, subject bigint not null, severity smallint not null,
            n bigint not null)
        """,
        "create index counter_change_subject on counter_change (tenant, region, dimension, subject)",

        // Who did what.
        """
        create table audit (tenant int not null, account int not null, region smallint not null, id {id}, at_ms bigint not null, principal text not null, operation text not null, request text not null,
            outcome text not null)
        """,
        "create index audit_order on audit (tenant, account, region, id)",
    ]);
}
