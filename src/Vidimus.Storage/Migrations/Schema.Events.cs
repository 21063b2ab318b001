namespace Vidimus.Storage.Migrations;

public static partial class Schema
{
    private static Migration Events => new(6, "work, events and where they go",
    [
        // A unit is due, or waits for its time (a lease's end, a retry), or is dead. Who takes walks the due ones in the order of their turns, see WorkQueue.
        """
        create table work (tenant int not null, account int not null, region smallint not null, id {id}, topic text not null, subject text not null, payload text not null, priority smallint not null,
            turn bigint not null, ready_ms bigint not null, waiting smallint not null, dead smallint not null, attempts int not null, taken bigint not null, lease bigint, error text)
        """,
        "create index work_due on work (topic, priority, turn, id) where dead = 0 and waiting = 0",
        "create index work_waiting on work (ready_ms) where dead = 0 and waiting = 1",
        "create index work_turn on work (account, topic, priority, turn)",
        "create index work_subject on work (tenant, account, region, topic, subject)",
        "create table schedule (name text not null primary key, next_ms bigint not null) {pairs}",

        // Written with the change itself, in no order that a reader could follow; the publisher moves them to the log, whose numbers are in the order of commits.
        """
        create table outbox (tenant int not null, account int not null, region smallint not null, id {id}, kind smallint not null, resource bigint not null, finding bigint, at_ms bigint not null,
            cause smallint, before_status smallint, status smallint, severity smallint, fix smallint, score double precision, evidence bigint, suppression bigint, body text)
        """,
        """
        create table event (tenant int not null, account int not null, region smallint not null, id {id}, kind smallint not null, resource bigint not null, finding bigint, at_ms bigint not null,
            cause smallint, before_status smallint, status smallint, severity smallint, fix smallint, score double precision, evidence bigint, suppression bigint, body text)
        """,
        "create index event_order on event (tenant, region, id)",

        // Each sink has its own place in the log, so none waits for another.
        """
        create table sink (tenant int not null, account int not null, region smallint not null, id {id}, name text not null, kind text not null, form text not null, events text not null,
            wide smallint not null, target text not null, secret bytea, created_ms bigint not null, position bigint not null, sent bigint not null, attempts int not null, error text,
            ready_ms bigint not null, held_ms bigint not null, lease bigint not null)
        """,
        "create unique index sink_key on sink (tenant, account, region, name)",
        """
        create table sink_letter (tenant int not null, account int not null, region smallint not null, sink bigint not null, event bigint not null, at_ms bigint not null, error text not null,
            replay smallint not null, primary key (sink, event)) {pairs}
        """,
        "create index sink_letter_event on sink_letter (event)",
    ]);
}
