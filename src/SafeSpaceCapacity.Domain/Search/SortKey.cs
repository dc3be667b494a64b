namespace SafeSpaceCapacity.Domain.Search;

/// <summary>Where an entry stands in the order of the index: along the Hilbert curve, then by key.</summary>
internal readonly record struct SortKey(ulong Code, string Key)
{
    /// <summary>Below zero if the first comes before the second, above if after, zero if they are the same.</summary>
    public static int Compare(in SortKey first, in SortKey second)
    {
        var byCode = first.Code.CompareTo(second.Code);
        return byCode != 0 ? byCode : string.CompareOrdinal(first.Key, second.Key);
    }
}
