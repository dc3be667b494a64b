using CsvHelper;

namespace SafeSpaceCapacity.Cli.Simulation;

/// <summary>Reads a table with a header, in UTF-8 with commas; lines that begin with # are comments.</summary>
internal static class Table
{
    /// <summary>All rows.</summary>
    /// <param name="text">What is read.</param>
    /// <param name="read">Makes something of a row: given its fields by column, and its line, of which the header is the first.</param>
    /// <exception cref="FormatException">It is no such table, or a column is missing.</exception>
    public static List<T> Read<T>(TextReader text, Func<Func<string, string>, long, T> read)
    {
        var rows = new List<T>();
        try
        {
            var options = new CsvReaderOptions
            {
                Separator = ',', CommentPrefix = '#', TrimWhitespace = true, TrackLineNumbers = true, MalformedData = CsvMalformedDataHandling.Throw, MaxRecordSize = 256 * 1024,
            };
            using var csv = CsvReader.Create(text, options, leaveOpen: true);
            csv.ReadHeader();
            var columns = csv.Headers.ToList();
            while (csv.Read())
            {
                var line = csv.LineNumber;
                rows.Add(read(column => columns.Contains(column, StringComparer.Ordinal) ? csv.GetString(column) : throw new FormatException($"the column {column} is missing"), line));
            }
        }
        catch (CsvFormatException fault)
        {
            throw new FormatException($"line {fault.LineNumber}: {fault.Message}", fault);
        }

        return rows;
    }
}
