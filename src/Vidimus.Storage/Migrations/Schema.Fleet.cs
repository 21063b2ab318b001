namespace Vidimus.Storage.Migrations;

public static partial class Schema
{
    private static Migration Fleet => new(3, "what the fleet holds and what books say of it",
    [
        // The book in use is the last one; a unit of work names the one it is of.
        "create table book (id {id}, digest bytea not null, built_ms bigint not null, adopted_ms bigint not null)",

        // The number of the book that the verdicts of a version hold by; 0 for never decided, negative when a later book may say otherwise.
        "alter table package_version add column decided bigint not null default 0",
        "create index package_version_undecided on package_version (id) where decided <= 0",
        "create table package_ecosystem (name text not null primary key) {pairs}",

        "alter table verdict add column source text not null default ''",
        "alter table verdict add column affected text",
        "alter table verdict add column severity smallint not null default 0",
        "alter table verdict add column score double precision",
        "alter table verdict add column hidden smallint not null default 0",

        // Who made a document is no part of it: a new collector asks for a new scan and changes nothing by itself.
        "alter table holding add column collectors text not null default ''",
        "alter table document add column sent_ms bigint not null default 0",

        // Every change of a holding, so that nodes can follow with what they keep in memory. A null ends a holding.
        """
        create table holding_change (tenant int not null, account int not null, region smallint not null, id {id}, resource bigint not null, kind text not null, document bigint, before bigint)
        """,
    ]);
}
