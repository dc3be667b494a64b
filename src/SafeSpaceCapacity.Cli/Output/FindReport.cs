using System.Globalization;
using NodaTime;
using SafeSpaceCapacity.Contract.V1;
using Spectre.Console;

namespace SafeSpaceCapacity.Cli.Output;

/// <summary>The answer to a search, for the person who asked.</summary>
internal static class FindReport
{
    public static void Write(IAnsiConsole console, FindSpacesResponse found, Instant asked, string needId)
    {
        var now = found.DepartAt?.ToInstant() ?? asked;
        WriteOrigin(console, found, now, asked);
        if (found.Urgent)
        {
            console.Heading("Physical care first: ring 999 or go to the emergency department");
            WriteOffers(console, found, now);
        }

        var ranked = found.Options.Index().ToList();
        var confirmed = ranked.Where(option => !option.Item.RingFirst).ToList();
        var ringFirst = ranked.Where(option => option.Item.RingFirst).ToList();
        if (confirmed.Count > 0)
            WriteOptions(console, "Spaces that can take the person", confirmed, now);
        if (ringFirst.Count > 0)
            WriteOptions(console, "RING FIRST: nobody there has confirmed lately whether they can; a hold is only a request", ringFirst, now);
        if (ranked.Count == 0 && !found.Urgent)
            console.Heading("No space can take the person. The next steps below can be taken now.");
        if (ranked.Count > 0)
        {
            console.Heading("What these places are");
            foreach (var (index, option) in ranked)
                console.Item(Rank(index), [Words.Clean(option.Choice?.Name ?? option.SpaceId), .. option.Choice is null ? [] : SpaceText.Card(option.Choice)]);
        }

        if (found.WhyNot.Count > 0)
        {
            console.Heading("Not now, and why");
            foreach (var left in found.WhyNot)
            {
                console.Item("-", $"{left.Name} ({left.SpaceId}){(left.Travel is null ? "" : $", {Words.Travel(left.Travel)}")}: "
                    + (left.Words.Length > 0 ? left.Words : Words.Of(left.Code))
                    + (left.Earliest is null ? "" : $". Earliest: {London.Time(left.Earliest, now)}"));
            }
        }

        if (!found.Urgent)
        {
            console.Heading("Other next steps");
            WriteOffers(console, found, now);
        }

        WriteFooter(console, found, needId);
    }

    private static void WriteOrigin(IAnsiConsole console, FindSpacesResponse found, Instant now, Instant asked)
    {
        if (found.Demo)
            console.MarkupLine("[bold yellow]Demo region: these spaces do not exist. Never send anybody there.[/]");
        var origin = found.Origin ?? new ResolvedOrigin();
        var near = origin.NearestPlace.Length > 0 ? $", near {Words.Clean(origin.NearestPlace)}" : "";
        var council = origin.CouncilArea.Length > 0 ? $", {Words.Clean(origin.CouncilArea)}" : "";
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"From {Words.Clean(origin.Original)}{near}{council} (to within {origin.UncertaintyMetres:0} m), setting off {London.Time(found.DepartAt ?? asked.ToTimestamp(), asked)}. Travel times are estimated."));
    }

    private static void WriteOptions(IAnsiConsole console, string heading, List<(int Index, SpaceOption Item)> options, Instant now)
    {
        console.Heading(heading);
        var table = Reports.Table("#", "Space and travel", "Places", "Open and confirmed");
        foreach (var (index, option) in options)
        {
            var space = option.Availability ?? new Availability();
            table.AddRow(
                new Text(Rank(index)),
                new Markup(Where(option, now)),
                new Markup(SpaceText.Numbers(space)),
                new Markup($"{SpaceText.Opening(space, space.AsOf?.ToInstant() ?? now)}\n{AtArrival(option, now)}"));
        }

        console.Write(table);
    }

    private static string Where(SpaceOption option, Instant now)
    {
        var lines = new List<string> { SpaceText.Name(option.SpaceId, option.Choice) };
        if (option.Travel is not null)
            lines.Add(Words.Safe(Words.Travel(option.Travel)));
        if (option.Eta is not null)
            lines.Add($"arriving {London.Time(option.Eta, now)}");
        if (option.Choice is { Telephone.Length: > 0 } choice)
            lines.Add($"[bold]tel {Words.Safe(choice.Telephone)}[/]");
        return string.Join('\n', lines);
    }

    private static string AtArrival(SpaceOption option, Instant now)
    {
        var arrival = option.Eta is null ? "at arrival" : $"at arrival {London.Time(option.Eta, now)}";
        return option switch
        {
            { RingFirst: true } => $"[bold yellow]{arrival}:\nnot known, ring first[/]",
            { OpenAndStaffedAtEta: true } => $"[green]{arrival}:\nstill open and staffed[/]",
            _ => $"[bold red]{arrival}:\nNOT open and staffed[/]",
        };
    }

    private static void WriteOffers(IAnsiConsole console, FindSpacesResponse found, Instant now)
    {
        foreach (var offer in found.Offers)
        {
            var parts = new List<string> { offer.Name.Length > 0 ? offer.Name : Words.Of(offer.Kind) };
            if (offer.Telephone.Length > 0)
                parts.Add($"tel {offer.Telephone}");
            if (offer.Travel is not null)
                parts.Add(Words.Travel(offer.Travel));
            if (offer.OpensAt is not null)
                parts.Add($"opens {London.Time(offer.OpensAt, now)}");
            else if (offer.HasOpenNow)
                parts.Add(offer.OpenNow ? "open now" : "closed now");
            if (offer.SpaceId.Length > 0)
                parts.Add(offer.SpaceId);
            console.Item("-", [string.Join(", ", parts), .. offer.Words.Length > 0 ? [offer.Words] : Array.Empty<string>()]);
        }
    }

    private static void WriteFooter(IAnsiConsole console, FindSpacesResponse found, string needId)
    {
        console.WriteLine();
        console.WriteLine(Words.Lag(found.ReadModel));
        foreach (var degradation in found.Degradations)
            console.MarkupLine($"[bold yellow]Weaker than usual:[/] {Words.Of(degradation)}.");
        if (found.Options.FirstOrDefault() is { } first)
            console.WriteLine($"To keep a place: safespace hold {Words.Clean(first.SpaceId)} --eta-minutes {first.Travel?.Minutes ?? 0} --need-id {needId}");
    }

    private static string Rank(int index) => (index + 1).ToString(CultureInfo.InvariantCulture);
}
