namespace SafeSpaceCapacity.Web.Accounts;

/// <summary>What accounts are for, as people say it and as it is kept: names and ids.</summary>
internal static class DirectoryNames
{
    /// <summary>The names of spaces; the id of one that is gone.</summary>
    public static string SpacesOf(this IDirectory directory, Account account) => string.Join(", ", account.Spaces.Select(space => directory.NameOf(space) ?? space));

    /// <summary>The names of areas; the code of one that is gone.</summary>
    public static string AreasOf(this IDirectory directory, Account account)
    {
        var names = directory.CouncilAreas.ToDictionary(area => area.Code, area => area.Name, StringComparer.Ordinal);
        return names.Keys.All(account.Areas.Contains)
            ? Texts.AllAreas
            : string.Join(", ", account.Areas.Select(area => names.GetValueOrDefault(area, area)).Order(StringComparer.Ordinal));
    }

    /// <summary>Spaces as administrators write them: one on each line, by name or by id. A line that is neither is a list with commas.</summary>
    /// <returns>Their ids, or what is wrong.</returns>
    public static (IReadOnlyList<string> Spaces, string? Fault) ReadSpaces(this IDirectory directory, string? text)
    {
        var spaces = new List<string>();
        foreach (var written in Parts(text ?? string.Empty, '\n').SelectMany(line => directory.SpacesNamed(line).Count > 0 ? [line] : Parts(line, ',')))
        {
            var found = directory.NameOf(written) is null ? directory.SpacesNamed(written) : [written];
            if (found.Count != 1)
                return ([], $"{(found.Count == 0 ? Texts.NoSuchSpace : Texts.ManySuchSpaces)} {written}");
            spaces.Add(found[0]);
        }

        return ([.. spaces.Distinct(StringComparer.Ordinal)], null);
    }

    /// <summary>The spaces of an account as <see cref="ReadSpaces"/> reads them.</summary>
    public static string WriteSpaces(this IDirectory directory, Account account) =>
        string.Join('\n', account.Spaces.Select(space => directory.NameOf(space) is { } name && directory.SpacesNamed(name).Count == 1 && directory.NameOf(name) is null ? name : space));

    private static string[] Parts(string text, char between) => text.Split(between, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
