namespace Vidimus.Storage.Migrations;

public static partial class Schema
{
    private static Migration Rules => new(9, "severities that rules display, reports that recur",
    [
        // severity is what is displayed, so all that filters, sorts and counts by it stays as it is; where a rule says so, the source's stands beside it.
        "alter table filter add column severity smallint",
        "alter table finding add column source_severity smallint",
        "alter table finding add column rating int",
        "create index finding_rating on finding (rating) where rating is not null",
        "alter table finding_history add column source_severity smallint",
        "alter table finding_history add column rating bigint",
        "alter table outbox add column source_severity smallint",
        "alter table outbox add column rating bigint",
        "alter table event add column source_severity smallint",
        "alter table event add column rating bigint",
    ]);
}
