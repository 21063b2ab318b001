namespace Vidimus.Storage.Migrations;

public static partial class Schema
{
    private static Migration Organization => new(5, "organizations, configurations, reports",
    [
        // What an account has switched on. A type that was ever on keeps its row: its trial began once.
        """
        create table enablement (tenant int not null, account int not null, region smallint not null, type text not null, enabled smallint not null, first_ms bigint not null, changed_ms bigint not null,
            primary key (tenant, account, region, type)) {pairs}
        """,

        // Documents that are read whole by their name and never searched into: few to an account, each with a quota.
        """
        create table configuration (tenant int not null, account int not null, region smallint not null, kind text not null, name text not null, body text not null, version int not null,
            created_ms bigint not null, updated_ms bigint not null, primary key (tenant, account, region, kind, name)) {pairs}
        """,
        "create index configuration_region on configuration (tenant, region, kind, account, name)",

        // The management account of a tenant that is an organization; its administrator in each region; the accounts that the administrator has taken in.
        "create table organization (tenant int not null primary key, account int not null, public_id text not null unique, created_ms bigint not null)",
        "create table delegated_admin (tenant int not null, account int not null, region smallint not null, since_ms bigint not null, primary key (tenant, region)) {pairs}",
        """
        create table member (tenant int not null, account int not null, region smallint not null, associated smallint not null, updated_ms bigint not null, primary key (tenant, account, region)) {pairs}
        """,
        "create index member_region on member (tenant, region, account)",
        "create index account_tenant on account (tenant, number)",

        // Accounts on their way from one tenant to another: tenant is where the rows still are.
        "create table account_move (tenant int not null, account int not null primary key, target int not null, started_ms bigint not null)",

        // Reports and where they may be written.
        """
        create table report (tenant int not null, account int not null, region smallint not null, id {id}, kind smallint not null, name text not null, status smallint not null, format text not null,
            request text not null, error_code text, error text, created_ms bigint not null, finished_ms bigint)
        """,
        "create unique index report_name on report (tenant, account, region, kind, name)",
        "create index report_status on report (tenant, account, region, kind, status, id)",
        "create table destination (tenant int not null, account int not null, bucket text not null, folder text not null, created_ms bigint not null, primary key (tenant, bucket)) {pairs}",
    ]);
}
