namespace Vidimus.Storage.Migrations;

public static partial class Schema
{
    private static Migration Find => new(4, "what findings are found by, and filters",
    [
        // What is filtered by, of resources, vulnerabilities and evidence. An index with the account first serves an account; an organization asks for each of its accounts.
        """
        create table resource_fact (tenant int not null, account int not null, region smallint not null, resource int not null, fact smallint not null, text {text} not null, number double precision)
        """,
        "create index resource_fact_resource on resource_fact (resource, fact)",
        "create index resource_fact_text on resource_fact (account, region, fact, text, resource)",
        "create index resource_fact_number on resource_fact (account, region, fact, number, resource) where number is not null",
        "create table vulnerability_source (vulnerability bigint not null, feed {text} not null, name {text} not null, severity {text}, primary key (vulnerability, feed)) {pairs}",
        "create index vulnerability_source_name on vulnerability_source (name, vulnerability)",
        "create index vulnerability_source_severity on vulnerability_source (severity, vulnerability)",
        "create table vulnerability_related (vulnerability bigint not null, related {text} not null, primary key (vulnerability, related)) {pairs}",
        "create index vulnerability_related_name on vulnerability_related (related, vulnerability)",
        """
        create table evidence_package (tenant int not null, account int not null, region smallint not null, evidence int not null, name {text} not null, version {text} not null, epoch int,
            release {text}, arch {text}, layer {text}, path {text})
        """,
        "create table package_name (id {id}, name {text} not null)",
        "create unique index package_name_key on package_name (name)",
        "create index evidence_package_evidence on evidence_package (evidence)",
        "create index evidence_package_name on evidence_package (account, region, name, evidence)",

        // Filters and suppression rules. pending: not all findings show yet what the rule says; wide: it is an organization's, and of all its accounts.
        """
        create table filter (tenant int not null, account int not null, region smallint not null, id {id}, hex {text} not null, name {text} not null, action smallint not null, description text,
            reason text, criteria text not null, parsed text not null, wide smallint not null, pending smallint not null, created_ms bigint not null, updated_ms bigint not null)
        """,
        "create unique index filter_name on filter (tenant, account, region, name) where action <> 3",
        "create unique index filter_hex on filter (hex)",
        """
        create table tag (tenant int not null, account int not null, region smallint not null, arn {text} not null, key {text} not null, value text not null,
            primary key (tenant, account, region, arn, key)) {pairs}
        """,
    ]);
}
