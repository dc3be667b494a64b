using System.Collections.Immutable;

namespace SafeSpaceCapacity.Service.Region;

/// <summary>One thing wrong in a table.</summary>
/// <param name="Table">Name of the table.</param>
/// <param name="Row">Line in the file, from 1; 0 for the table as a whole.</param>
/// <param name="Column">Name of the column; empty for the row as a whole.</param>
/// <param name="Message">What is wrong.</param>
public sealed record RegionTableError(string Table, int Row, string Column, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Table}, row {Row}, column {Column}: {Message}";
}

/// <summary>Tables of a region that cannot be used. Names everything that is wrong, not the first thing only.</summary>
public sealed class RegionTableException : Exception
{
    /// <summary>Tables that cannot be used, for unknown reasons.</summary>
    public RegionTableException()
        : this([])
    {
    }

    /// <summary>Tables that cannot be used, for a reason without a row.</summary>
    public RegionTableException(string message)
        : base(message)
    {
    }

    /// <summary>Tables that cannot be used, for a reason without a row, because of another error.</summary>
    public RegionTableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Tables that cannot be used, for these reasons.</summary>
    public RegionTableException(ImmutableArray<RegionTableError> errors)
        : base("The tables of the region cannot be used:\n" + string.Join('\n', errors)) => Errors = errors;

    /// <summary>Everything that is wrong.</summary>
    public ImmutableArray<RegionTableError> Errors { get; } = [];
}
