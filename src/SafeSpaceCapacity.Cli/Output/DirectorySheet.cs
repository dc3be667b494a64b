using System.Globalization;
using System.Net;
using System.Text;
using NodaTime;
using SafeSpaceCapacity.Contract.V1;
using Entry = SafeSpaceCapacity.Contract.V1.ListSpacesResponse.Types.Entry;

namespace SafeSpaceCapacity.Cli.Output;

/// <summary>The directory on paper: as text, or as a page of its own to print on A4, with nothing in it that has to be fetched.</summary>
/// <param name="PrintedAt">When it was made.</param>
/// <param name="Spaces">In their order.</param>
internal sealed record DirectorySheet(Instant PrintedAt, IReadOnlyList<Entry> Spaces)
{
    private const string Title = "Safe spaces: ring first";

    private const string Warning =
        "For when the service can't be reached. What is here was so when it was printed: ring before you set out. If nobody answers, ring the next.";

    private const string Style =
        """
        @page { size: A4; margin: 12mm; }
        body { background: #fff; color: #000; font: 11pt/1.35 sans-serif; margin: 0 auto; max-width: 186mm; padding: 4mm; overflow-wrap: anywhere; }
        h1 { font-size: 20pt; margin: 0; } h2 { border-bottom: 2px solid #000; font-size: 14pt; margin: 6mm 0 2mm; break-after: avoid; }
        article { border-bottom: 1px solid #000; break-inside: avoid; padding: 2mm 0; } h3 { font-size: 13pt; margin: 0; }
        .telephone { font-size: 24pt; font-weight: 700; margin: 0; white-space: nowrap; } p { margin: 0 0 1mm; } .printed { font-weight: 700; }
        @media print { body { padding: 0; } }
        """;

    private string Printed => $"Printed {When(PrintedAt)}, {Spaces.Count} space(s).";

    public string Text()
    {
        var text = new StringBuilder().AppendLine(Title.ToUpperInvariant()).AppendLine(Printed).AppendLine(Warning);
        foreach (var area in ByArea())
        {
            text.AppendLine().AppendLine(area.Key.ToUpperInvariant()).AppendLine(new string('=', Math.Max(1, area.Key.Length)));
            foreach (var space in area)
            {
                text.AppendLine().AppendLine(Name(space)).Append("  TELEPHONE  ").AppendLine(Telephone(space));
                foreach (var line in Lines(space))
                    text.Append("  ").AppendLine(line);
            }
        }

        return text.ToString();
    }

    public string Html()
    {
        var html = new StringBuilder(
            $"<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{Title}</title>\n<style>\n{Style}\n</style>\n</head>\n<body>\n<main>\n<h1>{Title}</h1>\n");
        html.Append(Paragraph(Printed, "printed")).Append(Paragraph(Warning));
        foreach (var area in ByArea())
        {
            html.Append("<section>\n<h2>").Append(Encoded(area.Key)).Append("</h2>\n");
            foreach (var space in area)
            {
                html.Append("<article>\n<h3>").Append(Encoded(Name(space))).Append("</h3>\n").Append(Paragraph(Telephone(space), "telephone"));
                foreach (var line in Lines(space))
                    html.Append(Paragraph(line));
                html.Append("</article>\n");
            }

            html.Append("</section>\n");
        }

        return html.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private static string Paragraph(string text, string? kind = null) => $"<p{(kind is null ? "" : $" class=\"{kind}\"")}>{Encoded(text)}</p>\n";

    private static string Encoded(string text) => WebUtility.HtmlEncode(text);

    private IEnumerable<IGrouping<string, Entry>> ByArea() =>
        Spaces.GroupBy(space => space.Choice is { CouncilArea.Length: > 0 } choice ? Words.Clean(choice.CouncilArea) : "Area not known", StringComparer.Ordinal);

    private static string Name(Entry space)
    {
        var name = Words.Clean(space.Choice is { Name.Length: > 0 } choice ? choice.Name : space.SpaceId);
        return $"{name}{(space.Choice?.Demo == true ? " (demo: fictional, never send anybody there)" : "")}";
    }

    private static string Telephone(Entry space) => space.Choice is { Telephone.Length: > 0 } choice ? Words.Clean(choice.Telephone) : "no telephone number";

    private IEnumerable<string> Lines(Entry space)
    {
        var choice = space.Choice ?? new InformedChoice();
        if (choice.Entrance.Length > 0)
            yield return $"Entrance: {Words.Clean(choice.Entrance)}";
        if (choice.AccessNote.Length > 0)
            yield return $"Access: {Words.Clean(choice.AccessNote)}";
        if (choice.Point is { HasLatitude: true, HasLongitude: true } point)
            yield return string.Create(CultureInfo.InvariantCulture, $"Where: {point.Latitude:0.00000}, {point.Longitude:0.00000} (WGS 84)");
        yield return $"Hours: {(space.OpeningHours.Count == 0 ? "not known" : string.Join("; ", space.OpeningHours.Select(Words.Clean)))}";
        yield return $"Kind: {Words.Of(choice.Tier)}; ages: {Words.List(choice.Ages)}{(choice.S297Designated ? "; designated under section 297" : "")}";
        if (choice.Provides.Count > 0)
            yield return $"Provides: {Words.List(choice.Provides)}";
        var known = space.Availability ?? new Availability();
        yield return known.ConfirmedAt is { } confirmed
            ? $"Last known: {SpaceText.Line(known, PrintedAt)}; that was {When(confirmed.ToInstant())}"
            : $"Last known: {SpaceText.Line(known, PrintedAt)}";
    }

    private static string When(Instant moment) => moment.InZone(London.Zone).ToString("ddd d MMMM uuuu HH:mm x", CultureInfo.InvariantCulture);
}
