using System.Collections.Immutable;
using System.Text;
using CsvHelper;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Service.Region;

namespace SafeSpaceCapacity.Service.Imports;

/// <summary>
/// A directory as a table (CSV). A text in which a spreadsheet would see a formula is written with an apostrophe before it, which tells the
/// spreadsheet that it is text, and which is taken off again when it is read.
/// </summary>
internal static class DirectoryTable
{
    private static readonly ImmutableArray<string> Columns = [.. DirectoryColumn.All.Select(column => column.Name)];

    public static List<DirectoryRow> Read(byte[] file, List<ImportFault> faults)
    {
        var errors = new List<RegionTableError>();
        using var text = new StreamReader(new MemoryStream(file, writable: false), Encoding.UTF8);
        var rows = TableReader.Read("directory", text, Columns, errors, comment: null);
        faults.AddRange(errors.Select(error => new ImportFault(error.Row, error.Column, error.Message)));
        return [.. rows.Select(row => new DirectoryRow(row.Line, [.. DirectoryColumn.All.Select(column => Unguarded(column, row.Optional(column.Name)))]))];
    }

    public static void Write(Stream to, IEnumerable<SpaceDetails> spaces)
    {
        using var csv = CsvWriter.Create(to, new CsvWriterOptions { Quoting = CsvQuoting.WhenNeededOrWhitespace }, leaveOpen: true);
        csv.WriteRecord([.. Columns]);
        foreach (var space in spaces)
            csv.WriteRecord([.. DirectoryColumn.TextsOf(space).Select((text, i) => Guarded(DirectoryColumn.All[i], text))]);
    }

    private static string Guarded(DirectoryColumn column, string text) => column.IsText && IsFormula(text.AsSpan().TrimStart('\'')) ? "'" + text : text;

    private static string Unguarded(DirectoryColumn column, string text) =>
        column.IsText && text.StartsWith('\'') && IsFormula(text.AsSpan().TrimStart('\'')) ? text[1..] : text;

    private static bool IsFormula(ReadOnlySpan<char> text) => text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..];
}
