using Microsoft.Data.Sqlite;

namespace SafeSpaceCapacity.EventLog.Sqlite;

/// <summary>The schema of the database: forward only, each step once, in one transaction with the note that it was done.</summary>
internal static class Migrations
{
    /// <summary>Step n makes schema n + 1 from schema n. Never change a step that was released; add one.</summary>
    private static readonly string[] Steps =
    [
        """
        create table meta (
            id integer primary key check (id = 1), epoch blob not null, created_at_ns integer not null, checksum blob not null) strict;
        create table heads (stream text primary key, version integer not null) strict, without rowid;
        create table events (
            position integer primary key, epoch blob not null, stream text not null, version integer not null,
            type text not null, schema integer not null, command_id blob not null, request_hash blob not null,
            actor text not null, role text not null, client text not null, correlation text not null, need_id blob,
            observed_at_ns integer not null, decided_at_ns integer not null, recorded_at_ns integer not null,
            payload blob not null, checksum blob not null, unique (stream, version)) strict;
        create table commands (
            command_id blob primary key, stream text not null, request_hash blob not null, outcome blob not null,
            actor text not null, role text not null, client text not null, correlation text not null,
            decided_at_ns integer not null, checksum blob not null) strict, without rowid;
        create index commands_by_decided_at on commands (decided_at_ns);
        create table checkpoints (
            stream text primary key, epoch blob not null, version integer not null, position integer not null,
            schema integer not null, body blob not null, checksum blob not null) strict;
        create table checkpoint_cover (
            id integer primary key check (id = 1), epoch blob not null, position integer not null, checksum blob not null) strict;
        """,
        """
        create table needs (
            need_id blob primary key, area text not null, asked_at_ns integer not null, asked integer not null,
            search integer not null, search_at_ns integer not null, step integer not null, step_at_ns integer not null,
            minutes_away integer not null) strict, without rowid;
        create index needs_by_asked_at on needs (asked_at_ns);
        create table needs_counted (id integer primary key check (id = 1), until_hour integer not null) strict;
        insert into needs_counted values (1, 0);
        create table demand_counts (
            source text not null, hour integer not null, area text not null, outcome integer not null, code integer not null,
            people integer not null, minutes_away integer not null, primary key (source, hour, area, outcome, code)) strict, without rowid;
        create table demand_documents (name text primary key, made_at_ns integer not null, body blob not null) strict;
        """,
    ];

    public static int Known => Steps.Length;

    /// <summary>The schema of a database; null where it is no log at all.</summary>
    public static int? Find(SqliteConnection connection) =>
        LogFiles.Scalar(connection, "select 1 from sqlite_schema where name = 'schema_versions'") is null
            ? null
            : checked((int)((long?)LogFiles.Scalar(connection, "select coalesce(max(version), 0) from schema_versions") ?? 0));

    public static void Apply(SqliteConnection connection, long nowNanoseconds) => Apply(connection, nowNanoseconds, Known);

    /// <summary>
    /// The tables and indexes of a schema that the database lacks or describes in other words. SQLite reads with a damaged description
    /// where it can, and then refuses to write, or writes other things.
    /// </summary>
    public static IReadOnlyList<string> Damaged(SqliteConnection connection, int schema)
    {
        using var whole = new SqliteConnection("Data Source=:memory:;Pooling=False");
        whole.Open();
        Apply(whole, 0, schema);
        var found = Descriptions(connection);
        return [.. Descriptions(whole).Where(expected => !string.Equals(found.GetValueOrDefault(expected.Key), expected.Value, StringComparison.Ordinal)).Select(expected => expected.Key)];
    }

    private static Dictionary<string, string> Descriptions(SqliteConnection connection)
    {
        var descriptions = new Dictionary<string, string>(StringComparer.Ordinal);
        using var command = connection.CreateCommand();
        command.CommandText = "select coalesce(type || ' ' || name, ''), coalesce(tbl_name, '') || ' ' || coalesce(sql, '') from sqlite_schema";
        using var row = command.ExecuteReader();
        while (row.Read())
            descriptions[row.GetString(0)] = string.Join(' ', row.GetString(1).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return descriptions;
    }

    private static void Apply(SqliteConnection connection, long nowNanoseconds, int to)
    {
        LogFiles.Execute(connection, "create table if not exists schema_versions (version integer primary key, applied_at_ns integer not null) strict");
        for (var version = Find(connection)!.Value + 1; version <= to; version++)
        {
            using var transaction = connection.BeginTransaction();
            using var command = connection.CreateCommand();
            command.CommandText = Steps[version - 1] + "insert into schema_versions values ($version, $now);";
            command.Parameters.AddWithValue("$version", version);
            command.Parameters.AddWithValue("$now", nowNanoseconds);
            command.ExecuteNonQuery();
            transaction.Commit();
        }
    }
}
