using System.Collections.Immutable;
using System.Globalization;
using CsvHelper;
using SafeSpaceCapacity.Domain.Geography;

namespace SafeSpaceCapacity.Service.Region;

/// <summary>Reads one CSV table. What is wrong is collected, not thrown.</summary>
internal static class TableReader
{
    /// <summary>The rows that can be read.</summary>
    /// <param name="table">The name of the table, for errors.</param>
    /// <param name="text">What is read.</param>
    /// <param name="columns">The columns it must have.</param>
    /// <param name="errors">Gains what is wrong.</param>
    /// <param name="othersAllowed">Whether it may have others, which are not looked at.</param>
    /// <param name="comment">What lines that are comments start with, if there are such lines.</param>
    public static ImmutableArray<TableRow> Read(
        string table, TextReader text, ImmutableArray<string> columns, List<RegionTableError> errors, bool othersAllowed = false, char? comment = '#')
    {
        var options = new CsvReaderOptions
        {
            Separator = ',',
            CommentPrefix = comment,
            TrimWhitespace = true,
            TrackLineNumbers = true,
            MalformedData = CsvMalformedDataHandling.Throw,

            // A quote that is never closed must not take in the rest of a large file.
            MaxRecordSize = 256 * 1024,
        };
        try
        {
            using var csv = CsvReader.Create(text, options, leaveOpen: true);
            csv.ReadHeader();
            return Rows(table, csv, columns, errors, othersAllowed);
        }
        catch (CsvFormatException fault)
        {
            errors.Add(new RegionTableError(table, (int)fault.LineNumber, string.Empty, fault.Message));
            return [];
        }
    }

    private static ImmutableArray<TableRow> Rows(
        string table, CsvReader csv, ImmutableArray<string> columns, List<RegionTableError> errors, bool othersAllowed)
    {
        var header = csv.Headers.ToList();
        var missing = columns.Except(header, StringComparer.Ordinal).ToList();
        var strange = othersAllowed ? [] : header.Except(columns, StringComparer.Ordinal).ToList();
        var twice = header.GroupBy(column => column, StringComparer.Ordinal).Where(same => same.Count() > 1).Select(same => same.Key).ToList();
        errors.AddRange(missing.Select(column => new RegionTableError(table, 0, column, "the column is missing")));
        errors.AddRange(strange.Select(column => new RegionTableError(table, 0, column, "no such column is known")));
        errors.AddRange(twice.Select(column => new RegionTableError(table, 0, column, "the column is there twice")));
        if (missing.Count + strange.Count + twice.Count > 0)
            return [];

        var rows = ImmutableArray.CreateBuilder<TableRow>();
        while (csv.Read())
        {
            var line = (int)csv.LineNumber;
            if (csv.FieldCount != header.Count)
            {
                errors.Add(new RegionTableError(table, line, string.Empty, $"{csv.FieldCount} fields instead of {header.Count}"));
                continue;
            }

            var fields = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var column in columns)
                fields.Add(column, csv.GetString(column));
            rows.Add(new TableRow(table, line, fields, errors));
        }

        return rows.ToImmutable();
    }
}

/// <summary>One row; a field that cannot be read is reported and a harmless value stands in, so that the rest is checked too.</summary>
internal sealed class TableRow(string table, int number, Dictionary<string, string> fields, List<RegionTableError> errors)
{
    /// <summary>The line of the table, of which the header is the first.</summary>
    public int Line { get; } = number;

    public void Fail(string column, string message) => errors.Add(new RegionTableError(table, Line, column, message));

    public string Optional(string column) => fields[column];

    public string Text(string column)
    {
        if (fields[column].Length == 0)
            Fail(column, "must not be empty");
        return fields[column];
    }

    public double Number(string column, double least, double most)
    {
        if (double.TryParse(fields[column], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
            return value;
        Fail(column, string.Create(CultureInfo.InvariantCulture, $"'{fields[column]}' is not a number from {least} to {most}"));
        return least;
    }

    public double? OptionalNumber(string column, double least, double most) => fields[column].Length == 0 ? null : Number(column, least, most);

    public int Whole(string column, int least, int most)
    {
        if (int.TryParse(fields[column], NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
            return value;
        Fail(column, string.Create(CultureInfo.InvariantCulture, $"'{fields[column]}' is not a whole number from {least} to {most}"));
        return least;
    }

    public int? OptionalWhole(string column, int least, int most) => fields[column].Length == 0 ? null : Whole(column, least, most);

    public bool YesNo(string column)
    {
        if (fields[column] is not ("yes" or "no"))
            Fail(column, $"'{fields[column]}' is neither yes nor no");
        return string.Equals(fields[column], "yes", StringComparison.Ordinal);
    }

    public T OneOf<T>(string column)
        where T : struct, Enum
    {
        if (Enum.TryParse<T>(fields[column], ignoreCase: true, out var value) && Enum.IsDefined(value))
            return value;
        Fail(column, $"'{fields[column]}' is none of {string.Join(", ", Enum.GetNames<T>())}");
        return Enum.GetValues<T>()[0];
    }

    /// <summary>A point in Great Britain or its seas.</summary>
    public GeoPoint Point(string latitude, string longitude) => new(Number(latitude, 49, 61.5), Number(longitude, -9.5, 2.5));
}
