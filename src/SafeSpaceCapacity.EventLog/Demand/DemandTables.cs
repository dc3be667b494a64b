using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace SafeSpaceCapacity.EventLog;

/// <summary>A table of demand as it lies in either database, for copies of a log.</summary>
/// <param name="Name">The table.</param>
/// <param name="Columns">Its columns, the first ones its key.</param>
/// <param name="Key">How many columns the key has.</param>
/// <param name="What">The columns' types in PostgreSQL.</param>
internal sealed record DemandTable(string Name, string[] Columns, int Key, string What)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<DemandTable> All { get; } =
    [
        new("needs", DemandRows.NeedColumns.Split(", "), 1, "uuid text bigint bigint integer bigint integer bigint integer"),
        new("needs_counted", ["id", "until_hour"], 1, "smallint integer"),
        new("demand_counts", ["source", "hour", "area", "outcome", "code", "people", "minutes_away"], 5, "text integer text integer integer integer integer"),
        new("demand_documents", ["name", "made_at_ns", "body"], 1, "text bigint bytea"),
    ];

    /// <summary>The columns' types in PostgreSQL.</summary>
    public string[] Types { get; } = What.Split(' ');

    /// <summary>Whether a database has it: a backup from before it was there has none.</summary>
    public async Task<bool> IsInAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = connection is Npgsql.NpgsqlConnection
            ? $"select 1 from pg_class where oid = to_regclass('{Name}')"
            : $"select 1 from sqlite_schema where name = '{Name}'";
        return await command.ExecuteScalarAsync(cancellationToken) is not null;
    }

    /// <summary>The rows by key: a number is a long, an id a Guid.</summary>
    public async IAsyncEnumerable<object[]> RowsAsync(DbConnection connection, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!await IsInAsync(connection, cancellationToken))
            yield break;
        await using var command = connection.CreateCommand();
        command.CommandText = $"select {string.Join(", ", Columns)} from {Name} order by {string.Join(", ", Columns.Take(Key))}";
        command.CommandTimeout = 0;
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            var values = new object[Columns.Length];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = Types[i] switch
                {
                    "uuid" => row.GetValue(i) is byte[] bytes ? new Guid(bytes, bigEndian: true) : row.GetGuid(i),
                    "text" => row.GetString(i),
                    "bytea" => row.GetFieldValue<byte[]>(i),
                    _ => Convert.ToInt64(row.GetValue(i), CultureInfo.InvariantCulture),
                };
            }

            yield return values;
        }
    }

    /// <summary>What tells one row from another.</summary>
    public static string Text(object[] row) => string.Join('|', row.Select(value => value is byte[] bytes ? Convert.ToHexStringLower(bytes) : Convert.ToString(value, CultureInfo.InvariantCulture)));
}
