namespace SafeSpaceCapacity.Domain.Search;

/// <summary>Changes to arrays that leave the array as it was and give a copy.</summary>
internal static class CopiedArray
{
    /// <summary>A copy with an item put in before position <paramref name="at"/>.</summary>
    public static TItem[] Inserted<TItem>(TItem[] source, int at, TItem item)
    {
        var copy = new TItem[source.Length + 1];
        source.AsSpan(0, at).CopyTo(copy);
        copy[at] = item;
        source.AsSpan(at).CopyTo(copy.AsSpan(at + 1));
        return copy;
    }

    /// <summary>A copy without the item at position <paramref name="at"/>.</summary>
    public static TItem[] Removed<TItem>(TItem[] source, int at)
    {
        var copy = new TItem[source.Length - 1];
        source.AsSpan(0, at).CopyTo(copy);
        source.AsSpan(at + 1).CopyTo(copy.AsSpan(at));
        return copy;
    }

    /// <summary>A copy with another item at position <paramref name="at"/>; the same array if it is the same item.</summary>
    public static TItem[] Replaced<TItem>(TItem[] source, int at, TItem item)
    {
        if (EqualityComparer<TItem>.Default.Equals(source[at], item))
            return source;
        var copy = source.AsSpan().ToArray();
        copy[at] = item;
        return copy;
    }
}
