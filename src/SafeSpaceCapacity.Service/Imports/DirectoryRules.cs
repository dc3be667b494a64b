using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Service.Grpc;

namespace SafeSpaceCapacity.Service.Imports;

/// <summary>A row that breaks no rule.</summary>
/// <param name="Row">The row.</param>
/// <param name="Details">The space that it says there is.</param>
internal sealed record CheckedRow(DirectoryRow Row, SpaceDetails Details);

/// <summary>Checks rows by the rules for registering a space, and against each other.</summary>
/// <param name="details">The rules.</param>
/// <param name="now">When the file arrived.</param>
internal sealed class DirectoryRules(DetailsCheck details, NodaTime.Instant now)
{
    private static readonly int SpaceId = DirectoryColumn.Index["space_id"];

    private readonly Dictionary<string, int> _seen = new(StringComparer.Ordinal);

    /// <summary>The space of a row, or null and what is wrong with it.</summary>
    public CheckedRow? Check(DirectoryRow row, List<ImportFault> faults)
    {
        var before = faults.Count;
        var request = new RegisterSpaceRequest();
        var unread = new HashSet<int>();
        for (var i = 0; i < row.Texts.Length; i++)
        {
            if (row.Texts[i].Length == 0 || DirectoryColumn.All[i].Read(request, row.Texts[i]) is not { } fault)
                continue;
            unread.Add(i);
            faults.Add(new ImportFault(row.Number, row.NameOf(i), fault));
        }

        var check = new RequestCheck(now);
        var space = details.Read(request, check);
        foreach (var (field, rule) in check.Broken)
        {
            // What can't be read is absent from the request: of that one fault is enough.
            var column = DirectoryColumn.OfField(field);
            if (!unread.Contains(column))
                faults.Add(new ImportFault(row.Number, row.NameOf(column), rule));
        }

        if (row.Texts[SpaceId].Length > 0 && !_seen.TryAdd(row.Texts[SpaceId], row.Number))
            faults.Add(new ImportFault(row.Number, row.NameOf(SpaceId), $"is in the file before: row {_seen[row.Texts[SpaceId]]}"));
        return faults.Count == before ? new CheckedRow(row, space) : null;
    }
}
