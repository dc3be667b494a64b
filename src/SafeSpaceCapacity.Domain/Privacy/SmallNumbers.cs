namespace SafeSpaceCapacity.Domain.Privacy;

/// <summary>What is counted in an area, as far as it is about people or could give away what is.</summary>
/// <param name="SafeCapacity">People that those on duty at the open spaces can safely support: no count of people, always shown.</param>
/// <param name="Occupied">People here, at all spaces.</param>
/// <param name="Held">Places kept for people on the way, at all spaces.</param>
/// <param name="Available">Safe capacity less those two, at least 0, space by space over the open ones.</param>
public readonly record struct PeopleCounts(int SafeCapacity, int Occupied, int Held, int Available);

/// <summary>Which of some <see cref="PeopleCounts"/> a planner may see.</summary>
/// <param name="Occupied">Whether people here.</param>
/// <param name="Held">Whether places kept.</param>
/// <param name="Available">Whether places free.</param>
public readonly record struct ShownCounts(bool Occupied, bool Held, bool Available);

/// <summary>
/// Which counts of people are too small to be shown, and which others would give them away by subtraction: primary and secondary
/// suppression, as in statistical disclosure control. The reasons are in decision record 11.
/// <para>
/// <b>The promise.</b> A suppressed count of an area may still be each of 0, 1, 2, 3 and 4, by all answers of one moment to one grant and by this
/// rule, which anybody may know. Who moreover takes it that nobody is but at an open space within its safe capacity, as it should be, is
/// left with each of these for which that leaves room.
/// </para>
/// <para>
/// <b>Not promised.</b> That two moments, two grants, or a planner's answer and a crew's of a single space, keep each other's secrets.
/// </para>
/// </summary>
public static class SmallNumbers
{
    /// <summary>The smallest count of people that is shown: fewer are suppressed, none as well, so that suppressed does not mean somebody.</summary>
    public const int Fewest = 5;

    private const int MostHidden = Fewest - 1;

    /// <summary>
    /// What is shown of an area. Each count stands for itself, whatever other areas have and whichever are asked about: so no choice of
    /// questions changes it. Available shows how occupied and held together are split in two, those who take up safe capacity and the rest,
    /// who are at spaces not open or too many: it is suppressed where either of them is, and where the split would show a small part. That there
    /// is no rest is shown: that is how it should be, and suppressing it would suppress available for ever.
    /// </summary>
    public static ShownCounts Of(PeopleCounts area)
    {
        var occupied = area.Occupied >= Fewest;
        var held = area.Held >= Fewest;
        var within = area.SafeCapacity - area.Available;
        var rest = area.Occupied + area.Held - within;
        return new ShownCounts(occupied, held, occupied && held && within >= Fewest && rest is 0 or >= Fewest);
    }

    /// <summary>
    /// What is shown of areas together. A sum of counts that are all shown is. One with suppressed counts in it is shown of all areas of the grant
    /// only, since two sums over different areas could be subtracted, and only if the suppressed ones sum up to what leaves each of them all
    /// its values: at least 4, so that one of them may be 4, and at most what the others have room for, so that any may be 0. Available is
    /// never shown with a suppressed one in it: beside the other sums it would show how many are at spaces not open or too many, and that
    /// these are none bounds every area's counts by its safe capacity.
    /// </summary>
    /// <param name="areas">The areas asked about.</param>
    /// <param name="whole">Whether these are all areas of the grant.</param>
    public static ShownCounts Together(IReadOnlyCollection<PeopleCounts> areas, bool whole) => new(
        ShowsSum(areas, area => area.Occupied, whole),
        ShowsSum(areas, area => area.Held, whole),
        areas.All(area => Of(area).Available));

    /// <summary>Whether a count that stands for itself is shown.</summary>
    public static bool Shows(int count) => count >= Fewest;

    /// <summary>
    /// Whether the sum of parts is shown beside those of them that are: it is at least five, and leaves each suppressed part all its values.
    /// </summary>
    public static bool ShowsSum(IReadOnlyCollection<int> parts) =>
        Shows(parts.Sum()) && KeepsParts(parts, Fewest);

    /// <summary>
    /// Whether parts that are large enough are shown beside their sum, which stands for itself: the suppressed ones are several, and their sum leaves
    /// each all its values. Otherwise none is shown, so that nobody knows which of them is small.
    /// </summary>
    /// <param name="parts">In units that are no smaller than the sum is told in.</param>
    /// <param name="fewest">The smallest part that is shown, in that unit.</param>
    public static bool KeepsParts(IReadOnlyCollection<int> parts, int fewest)
    {
        var most = (long)fewest - 1;
        var hidden = 0;
        var sum = 0L;
        foreach (var part in parts)
        {
            if (part >= fewest)
                continue;
            hidden++;
            sum += part;
        }

        return hidden == 0 || (sum >= most && sum <= most * (hidden - 1));
    }

    private static bool ShowsSum(IReadOnlyCollection<PeopleCounts> areas, Func<PeopleCounts, int> count, bool whole)
    {
        if (areas.Sum(count) < Fewest)
            return false;
        var hidden = areas.Where(area => count(area) < Fewest).ToList();
        if (hidden.Count == 0)
            return true;
        var room = hidden.ConvertAll(RoomForEach);
        return whole && hidden.Sum(count) is var sum && sum >= MostHidden && sum <= room.Sum() - room.Max();
    }

    // What safe capacity leaves for a suppressed count, by what is shown; half of it where both are suppressed, so that whatever the one is the
    // other has room.
    private static int RoomForEach(PeopleCounts area)
    {
        var shown = Of(area);
        var room = area.SafeCapacity - (shown.Occupied ? area.Occupied : 0) - (shown.Held ? area.Held : 0);
        return Math.Clamp(shown.Occupied || shown.Held ? room : room / 2, 0, MostHidden);
    }
}
