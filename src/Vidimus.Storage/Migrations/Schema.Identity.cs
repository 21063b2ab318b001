namespace Vidimus.Storage.Migrations;

public static partial class Schema
{
    private static Migration Identity => new(2, "users, access keys",
    [
        "alter table account add column name text not null default ''",
        "create table principal (tenant int not null, account int not null, id {id}, name text not null, role smallint not null, created_ms bigint not null)",
        "create unique index principal_name on principal (account, name)",
        """
        create table access_key (tenant int not null, account int not null, id {id}, principal bigint not null, key_id text not null unique, secret bytea not null, created_ms bigint not null,
            used_ms bigint)
        """,
        "create index access_key_principal on access_key (account, principal)",
    ]);
}
