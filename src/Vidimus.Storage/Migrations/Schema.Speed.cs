namespace Vidimus.Storage.Migrations;

public static partial class Schema
{
    private static Migration Speed => new(7, "lists and counts at ten million findings",
    [
        // A resource's findings in the order of their vulnerabilities, so that a page of some resources' findings reads the beginnings of them and not all.
        "create index finding_held on finding (resource, fingerprint)",
        "drop index finding_resource",

        // Counts by resource and layer, see CounterDimension.Layer.
        "create table layer_name (id {id}, name {text} not null)",
        "create unique index layer_name_key on layer_name (name)",
        "insert into layer_name (name) select distinct layer from evidence_package where layer is not null order by layer",
        """
        insert into counter (tenant, account, region, dimension, subject, severity, n)
        select finding.tenant, finding.account, finding.region, 4, finding.resource * 2147483648 + layered.layer, finding.severity, count(*)
        from finding join (
            select distinct evidence_package.evidence, layer_name.id as layer from evidence_package join layer_name on layer_name.name = evidence_package.layer) as layered on layered.evidence = finding.evidence
        where finding.status = 1 group by finding.tenant, finding.account, finding.region, finding.resource, layered.layer, finding.severity
        """,

        // The highest counts of a list, those with the same count by subject. No account's counts are asked for without the account.
        "create index counter_top on counter (account, region, dimension, severity, n desc, subject)",
        "drop index counter_rank",
        "drop index counter_subject",

        // Evidence whose source has no name of its own: rare, and looked for by who sorts by the source's name.
        "alter table evidence add column undescribed smallint not null default 1",
        """
        update evidence set undescribed = 0
        where exists (select 1 from vulnerability_source where vulnerability_source.vulnerability = evidence.vulnerability and vulnerability_source.feed = evidence.feed)
        """,
        "create index evidence_undescribed on evidence (account, region, feed, vulnerability) where undescribed = 1",
        "drop index evidence_feed",
    ]);
}
