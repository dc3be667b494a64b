using System.Globalization;
using System.Text;

namespace SafeSpaceCapacity.EndToEnd.Tests.Fuzz;

/// <summary>What came back for one case.</summary>
internal sealed class Answer
{
    public int? Http { get; set; }

    /// <summary>The number of the gRPC status.</summary>
    public string? Grpc { get; set; }

    /// <summary>How it ended where no status says so: a reset, a GOAWAY, a close.</summary>
    public string? End { get; set; }

    /// <summary>Everything in it that somebody may read, each with where it stood.</summary>
    public List<(string Where, string Text)> Texts { get; } = [];

    /// <summary>What is wrong with it by itself, such as that it never came.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>For the table: its status.</summary>
    public string Label => Grpc is { } status ? "gRPC " + Name(status) : Http is { } http ? string.Create(CultureInfo.InvariantCulture, $"HTTP {http}") : End ?? "nothing";

    public static Answer Ended(string how) => new() { End = how };

    public static Answer Hung(string what)
    {
        var answer = new Answer { End = "hang" };
        answer.Faults.Add(what);
        return answer;
    }

    /// <summary>Notes a header or trailer, and the status if it is one.</summary>
    public void Note(string name, string value)
    {
        Texts.Add((name, value));
        if (name == "grpc-status")
        {
            if (Grpc is { } other && other != value)
                Faults.Add($"two statuses: {other} and {value}");
            Grpc = value;
        }
        else if (name == "grpc-message")
        {
            Texts.Add(("grpc-message, decoded", Uri.UnescapeDataString(value)));
        }
        else if (name == ":status" && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var http))
        {
            Http = http;
        }
        else if (name == "grpc-status-details-bin")
        {
            NoteDetails(value);
        }
    }

    public void NoteBody(ReadOnlySpan<byte> body)
    {
        if (body.Length > 0)
            Texts.Add(("body", Encoding.Latin1.GetString(body)));
    }

    public override string ToString()
    {
        var text = new StringBuilder(Label);
        foreach (var (where, value) in Texts)
            text.Append("\n    ").Append(where).Append(": ").Append(Printable(value, 1_000));
        return text.ToString();
    }

    /// <summary>A text as one line of printable characters.</summary>
    public static string Printable(string text, int most)
    {
        var printable = new StringBuilder();
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, most)))
        {
            if (c is >= ' ' and <= '~')
                printable.Append(c);
            else
                printable.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:X2}");
        }

        return printable.Append(text.Length > most ? "..." : string.Empty).ToString();
    }

    private void NoteDetails(string value)
    {
        // gRPC leaves out the padding.
        var padded = value.PadRight((value.Length + 3) / 4 * 4, '=');
        var bytes = new byte[padded.Length];
        if (!Convert.TryFromBase64String(padded, bytes, out var length))
        {
            Faults.Add("grpc-status-details-bin is no Base64");
            return;
        }

        var status = Google.Rpc.Status.Parser.ParseFrom(bytes, 0, length);
        Texts.Add(("grpc-status-details-bin, decoded", status.Message));
        foreach (var detail in status.Details)
            Texts.Add(("grpc-status-details-bin, detail", detail.TypeUrl + " " + detail.Value.ToStringUtf8()));
        if (Grpc is { } told && told != status.Code.ToString(CultureInfo.InvariantCulture))
            Faults.Add($"grpc-status {told}, and {status.Code} in its details");
    }

    private static string Name(string status) => int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? ((global::Grpc.Core.StatusCode)number).ToString()
        : status;
}
