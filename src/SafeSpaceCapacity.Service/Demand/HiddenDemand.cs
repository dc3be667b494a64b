namespace SafeSpaceCapacity.Service.Demand;

/// <summary>
/// An estimate of who did not even ask, in hours in which every space of an area was full or closed: what such hours bring where something is free,
/// less what was asked all the same. Never part of a count.
/// </summary>
/// <remarks>
/// The rate of an hour of the week is the mean over its uncensored hours within the weeks looked at, drawn towards that of its hour of the day as if that
/// had been seen <see cref="PriorHours"/> times more (a gamma–Poisson mean). Where an hour of the day was never uncensored there is no estimate.
/// </remarks>
internal sealed class HiddenDemand
{
    /// <summary>How much the hour of the day counts beside the hour of the week, in hours (assumption).</summary>
    public const double PriorHours = 4;

    /// <summary>Weeks before a question that are looked at (assumption).</summary>
    public const int Weeks = 8;

    // The least that says something of an hour of the day: a week (assumption).
    private const int HoursLeast = 7;

    private readonly (int Hours, int People)[] _ofWeek = new (int, int)[168];
    private readonly (int Hours, int People)[] _ofDay = new (int, int)[24];

    /// <summary>Takes up an hour in which something was free.</summary>
    /// <param name="hourOfWeek">0 to 167, from Monday, in Scotland.</param>
    /// <param name="people">How many asked.</param>
    public void Add(int hourOfWeek, int people)
    {
        _ofWeek[hourOfWeek] = (_ofWeek[hourOfWeek].Hours + 1, _ofWeek[hourOfWeek].People + people);
        _ofDay[hourOfWeek % 24] = (_ofDay[hourOfWeek % 24].Hours + 1, _ofDay[hourOfWeek % 24].People + people);
    }

    /// <summary>How many would ask in an hour of the week if something were free; null where nothing is known of it.</summary>
    public double? RateOf(int hourOfWeek)
    {
        var (hours, people) = _ofWeek[hourOfWeek];
        var day = _ofDay[hourOfWeek % 24];
        return day.Hours < HoursLeast ? null : (people + (PriorHours * day.People / day.Hours)) / (hours + PriorHours);
    }
}
