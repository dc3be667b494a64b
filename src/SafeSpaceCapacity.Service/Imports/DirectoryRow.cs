namespace SafeSpaceCapacity.Service.Imports;

/// <summary>Something wrong with a file, or odd about it.</summary>
/// <param name="Row">Where: the line of a table, or the place in a list; 0 for the whole file.</param>
/// <param name="Column">The column or field; empty for the whole row.</param>
/// <param name="Rule">The rule that it breaks.</param>
internal readonly record struct ImportFault(int Row, string Column, string Rule);

/// <summary>A space as a file says it is, before anything is checked.</summary>
/// <param name="Number">Where it is in the file.</param>
/// <param name="Texts">A text for each of <see cref="DirectoryColumn.All"/>; empty for none.</param>
/// <param name="Names">What the file calls each of them; null where it uses the names of the columns.</param>
internal sealed record DirectoryRow(int Number, string[] Texts, string[]? Names = null)
{
    /// <summary>What the file calls a column.</summary>
    public string NameOf(int column) => column < 0 ? string.Empty : Names?[column] is { Length: > 0 } name ? name : DirectoryColumn.All[column].Name;
}
