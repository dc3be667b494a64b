using NodaTime;
using SafeSpaceCapacity.Forecasting.Series;

namespace SafeSpaceCapacity.Forecasting.Tests;

public sealed class DemandReaderTests
{
    private const int X = DemandPanel.Missing;

    private static DemandFile Read(string rows, Frequency frequency = Frequency.Day, Hierarchy? hierarchy = null)
    {
        using var text = new StringReader("area,timestamp,count\n" + rows);
        return DemandReader.ReadCounts(text, frequency, hierarchy ?? Hierarchy.None, EventCalendar.None);
    }

    private static string Refused(string rows, Frequency frequency = Frequency.Day) => Assert.Throws<FormatException>(() => Read(rows, frequency)).Message;

    [Fact]
    public void A_complete_table_is_taken_as_it_is()
    {
        var file = Read("b,2024-01-01,0\na,2024-01-01,3\na,2024-01-02,4\nb,2024-01-02,1\n");
        Assert.Empty(file.Notes);
        Assert.Equal(["a", "b"], file.Panel.Series.Select(one => one.Area));
        Assert.Equal([3, 4], file.Panel.Series[0].Counts);
        Assert.Equal([0, 1], file.Panel.Series[1].Counts);
    }

    [Theory]
    [InlineData("a,2024-01-01,1\na,2024-01-02,-3\n", "line 3: the count -3 is negative")]
    [InlineData("a,2024-01-01,1.5\n", "line 2: the count 1.5 is a fraction")]
    [InlineData("a,2024-01-01,many\n", "line 2: 'many' is no count")]
    [InlineData("a,yesterday,1\n", "line 2: 'yesterday' is no time")]
    [InlineData(",2024-01-01,1\n", "line 2: there is no area")]
    [InlineData("a,2024-01-01,1\nb,2024-01-01,1\na,2024-01-01,2\n", "line 4: a already has a count for 2024-01-01 00:00")]
    [InlineData("", "there is no count in it")]
    [InlineData("a,2024-01-01,1\na,2024-01-08,2\na,2024-01-15,2\n", "weeks are not")]
    public void What_is_wrong_is_refused_with_its_line(string rows, string message) => Assert.Contains(message, Refused(rows), StringComparison.Ordinal);

    [Fact]
    public void A_missing_column_is_named()
    {
        using var text = new StringReader("area,time,count\n");
        Assert.Contains("timestamp is missing", Assert.Throws<FormatException>(() => DemandReader.ReadCounts(text, Frequency.Day, Hierarchy.None, EventCalendar.None)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Days_are_not_forecast_by_hour() => Assert.Contains("counts by day and cannot be forecast by hour", Refused("a,2024-01-01,1\na,2024-01-02,2\n", Frequency.Hour), StringComparison.Ordinal);

    [Fact]
    public void A_whole_number_with_a_point_is_a_count() => Assert.Equal([3], Read("a,2024-01-02,3.0\n").Panel.Series[0].Counts);

    [Fact]
    public void A_gap_in_a_table_that_writes_zeros_is_not_known()
    {
        var file = Read("a,2024-01-01,0\na,2024-01-02,2\na,2024-01-04,1\na,2024-01-05,\n");
        Assert.Equal([0, 2, X, 1, X], file.Panel.Series[0].Counts);
        Assert.Contains(file.Notes, note => note.StartsWith("gaps: 2 periods of 1 area(s)", StringComparison.Ordinal));
    }

    [Fact]
    public void What_a_list_of_events_does_not_mention_is_zero()
    {
        var file = Read("a,2024-01-01,1\na,2024-01-04,2\nb,2024-01-02,1\n");
        Assert.Equal([1, 0, 0, 2], file.Panel.Series[0].Counts);
        Assert.Equal([0, 1, 0, 0], file.Panel.Series[1].Counts);
        Assert.Contains(file.Notes, note => note.Contains("4 periods that it does not mention are zero", StringComparison.Ordinal) || note.Contains("5 periods", StringComparison.Ordinal));
    }

    [Fact]
    public void A_gap_among_great_counts_is_not_zero()
    {
        var file = Read("a,2024-01-01,310\na,2024-01-02,290\na,2024-01-04,305\n");
        Assert.Equal([310, 290, X, 305], file.Panel.Series[0].Counts);
    }

    [Fact]
    public void An_area_that_appears_half_way_begins_there()
    {
        var rows = string.Concat(Enumerable.Range(0, 60).Select(day => $"old,{new LocalDate(2024, 1, 1).PlusDays(day):uuuu'-'MM'-'dd},{day % 3}\n" + (day >= 40 ? $"new,{new LocalDate(2024, 1, 1).PlusDays(day):uuuu'-'MM'-'dd},1\n" : "")));
        var file = Read(rows, hierarchy: new Hierarchy(new Dictionary<string, string>(StringComparer.Ordinal) { ["old"] = "all", ["new"] = "all" }));
        var late = file.Panel.Series.Single(one => one.Area == "new");
        Assert.Equal(40, late.First);
        Assert.All(late.Counts[..40], count => Assert.Equal(X, count));
        Assert.Contains(file.Notes, note => note.Contains("new from 2024-02-10", StringComparison.Ordinal));

        // The sum counts it from then on.
        Assert.Equal([0, 1, 2], file.Panel.Series[2].Counts[..3]);
        Assert.Equal([2, 3, 1], file.Panel.Series[2].Counts[40..43]);
    }

    [Theory]
    [InlineData("T00:00:00Z")]
    [InlineData("T00:00:00+01:00")]
    [InlineData(" 00:00")]
    [InlineData("T00:00:00.000")]
    public void Times_may_be_written_in_several_ways(string time) => Assert.Equal([5, 0], Read($"a,2024-01-02{time},5\na,2024-01-03{time},0\n").Panel.Series[0].Counts);

    [Fact]
    public void The_hours_of_daylight_saving_are_neither_zero_nor_double()
    {
        // Clocks forward on 31 March 2024 at 01:00, back on 27 October at 02:00 (Europe/London): one hour never comes, one comes twice.
        var zone = DateTimeZoneProviders.Tzdb["Europe/London"];
        string Hours(LocalDate date) => string.Concat(Enumerable.Range(0, (int)(zone.AtStartOfDay(date.PlusDays(1)).ToInstant() - zone.AtStartOfDay(date).ToInstant()).TotalHours)
            .Select(hour => zone.AtStartOfDay(date).ToInstant().Plus(Duration.FromHours(hour)).InZone(zone).LocalDateTime)
            .Select(time => $"a,{time:uuuu'-'MM'-'dd'T'HH':'mm},{time.Hour % 4}\n"));

        var spring = Read(Hours(new LocalDate(2024, 3, 31)) + Hours(new LocalDate(2024, 4, 1)), Frequency.Hour);
        Assert.Equal([0, X, 2], spring.Panel.Series[0].Counts[..3]);
        Assert.Equal(48, spring.Panel.Length);
        Assert.Contains(spring.Notes, note => note.StartsWith("daylight saving: 0 hour(s) that came twice and 1 that never", StringComparison.Ordinal));

        var autumn = Read(Hours(new LocalDate(2024, 10, 27)) + Hours(new LocalDate(2024, 10, 28)), Frequency.Hour);
        Assert.Equal([0, X, 2], autumn.Panel.Series[0].Counts[..3]);
        Assert.Contains(autumn.Notes, note => note.StartsWith("daylight saving: 1 hour(s) that came twice and 0", StringComparison.Ordinal));

        // By day nobody is lost: both hours count.
        Assert.Equal(37, Read(Hours(new LocalDate(2024, 10, 27)) + Hours(new LocalDate(2024, 10, 28)), Frequency.Day).Panel.Series[0].Counts[0]);
    }

    [Fact]
    public void Finer_counts_are_added_up_and_a_month_that_is_not_whole_is_left_out()
    {
        var rows = string.Concat(Enumerable.Range(0, 70).Select(day => $"a,{new LocalDate(2024, 1, 1).PlusDays(day):uuuu'-'MM'-'dd},{day % 2}\n"));
        var file = Read(rows, Frequency.Month);
        Assert.Equal([15, 15], file.Panel.Series[0].Counts);
        Assert.Contains(file.Notes, note => note.Contains("not whole", StringComparison.Ordinal));
    }

    [Fact]
    public void Levels_follow_from_the_hierarchy()
    {
        using var text = new StringReader("area,parent\na,north\nb,north\nc,south\nnorth,nation\nsouth,nation\nnation,\n");
        var file = Read("a,2024-01-01,1\nb,2024-01-01,2\nc,2024-01-01,4\nnation,2024-01-01,9\na,2024-01-02,0\nb,2024-01-02,0\nc,2024-01-02,5\n", hierarchy: DemandReader.ReadHierarchy(text));
        Assert.Equal(["a area 1", "b area 2", "c area 4", "north depth1 3", "south depth1 4", "nation total 7"], file.Panel.Series.Select(one => $"{one.Area} {one.Level} {one.Counts[0]}"));
        Assert.Equal([3, 3, 4, 5, 5, -1], file.Panel.Series.Select(one => one.Parent));
        Assert.Contains(file.Notes, note => note.StartsWith("nation: its own counts were left out", StringComparison.Ordinal));
    }

    [Fact]
    public void A_hierarchy_in_a_circle_is_refused()
    {
        using var text = new StringReader("area,parent\na,b\nb,a\n");
        Assert.Contains("circle", Assert.Throws<FormatException>(() => DemandReader.ReadHierarchy(text)).Message, StringComparison.Ordinal);
    }
}
