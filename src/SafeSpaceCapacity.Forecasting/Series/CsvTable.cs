using CsvHelper;

namespace SafeSpaceCapacity.Forecasting.Series;

/// <summary>Reads a table with a header, in UTF-8 with commas; lines that begin with # are comments.</summary>
internal static class CsvTable
{
    /// <summary>Gives each row's values of the named columns, in that order, and its line; other columns are passed over.</summary>
    /// <exception cref="FormatException">It is no such table, or a column is missing.</exception>
    public static void Read(TextReader text, string[] columns, Action<string[], long> row)
    {
        try
        {
            var options = new CsvReaderOptions
            {
                Separator = ',', CommentPrefix = '#', TrimWhitespace = true, TrackLineNumbers = true, MalformedData = CsvMalformedDataHandling.Throw, MaxRecordSize = 64 * 1024,
            };
            using var csv = CsvReader.Create(text, options, leaveOpen: true);
            csv.ReadHeader();
            var headers = csv.Headers.Select(header => header.Trim('\uFEFF')).ToList();
            var numbers = columns.Select(column => headers.FindIndex(header => string.Equals(header, column, StringComparison.OrdinalIgnoreCase))).ToArray();
            if (Array.IndexOf(numbers, -1) is var missing and >= 0)
                throw new FormatException($"the column {columns[missing]} is missing; the header has {string.Join(", ", headers)}");
            var values = new string[columns.Length];
            while (csv.Read())
            {
                for (var i = 0; i < values.Length; i++)
                    values[i] = csv.GetString(numbers[i]);
                row(values, csv.LineNumber);
            }
        }
        catch (CsvFormatException fault)
        {
            throw new FormatException($"line {fault.LineNumber}: {fault.Message}", fault);
        }
    }
}
