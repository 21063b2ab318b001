namespace Vidimus.Storage.Migrations;

public static partial class Schema
{
    private static Migration Nodes => new(10, "what nodes share: the book's file, scans, keys that end",
    [
        // The file of a book, in parts. Its row is written when all of them are there.
        """
        create table book_file (digest bytea not null primary key, length bigint not null, parts int not null, feeds text not null, checked_ms bigint not null)
        """,
        "create table book_part (digest bytea not null, number int not null, body bytea not null, sent_ms bigint not null, primary key (digest, number))",

        // What the server scans itself: a target, as what it is known, how often.
        """
        create table scan (tenant int not null, account int not null, region smallint not null, id {id}, kind text not null, resource text not null, target text not null, node text not null, period_ms bigint,
            next_ms bigint, created_ms bigint not null, done_ms bigint, outcome text)
        """,
        "create unique index scan_key on scan (tenant, account, region, kind, resource)",
        "create index scan_next on scan (next_ms) where next_ms is not null",

        // A key that ends of itself goes with a token.
        "alter table access_key add column expires_ms bigint",
        "alter table access_key add column token bytea",
    ]);
}
