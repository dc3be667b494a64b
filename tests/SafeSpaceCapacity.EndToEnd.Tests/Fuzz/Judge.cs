using System.Buffers;
using System.Text.RegularExpressions;
using SafeSpaceCapacity.EndToEnd.Tests.Harness;

namespace SafeSpaceCapacity.EndToEnd.Tests.Fuzz;

/// <summary>What no answer may be, whatever was asked.</summary>
internal static partial class Judge
{
    // Of paths only those that the machine has: a client's own text may come back in a message.
    private static readonly SearchValues<string> Internals = SearchValues.Create(
        [
            "System.", "Microsoft.", "SafeSpaceCapacity.", "Grpc.Core", "Grpc.AspNetCore", "Google.Protobuf", "NodaTime.", "Exception", "StackTrace",
            ".cs:line", ".dll", "/usr/", "/tmp/", "/proc/self", "/home/", "/var/lib", "/_/src", Here.Repository,
        ],
        StringComparison.Ordinal);

    /// <summary>All that is wrong with an answer; empty for a right one.</summary>
    public static IEnumerable<string> Faults(Answer answer)
    {
        foreach (var fault in answer.Faults)
            yield return fault;
        if (answer.Http == 500)
            yield return "HTTP 500";

        // 2 UNKNOWN, 13 INTERNAL, 14 UNAVAILABLE, 15 DATA_LOSS: each says that the server is at fault.
        if (answer.Grpc is "2" or "13" or "14" or "15")
            yield return "the server takes the blame: " + answer.Label;
        foreach (var (where, text) in answer.Texts)
        {
            if (Leak(text) is { } leak)
                yield return $"{where} shows internals: {leak}";
        }
    }

    /// <summary>The part of a text that shows what the server is made of, or null.</summary>
    public static string? Leak(string text)
    {
        var at = text.AsSpan().IndexOfAny(Internals);
        if (at >= 0)
            return Answer.Printable(text[at..], 80);
        return text.Contains(" at ", StringComparison.Ordinal) && StackFrame().Match(text) is { Success: true } frame ? frame.Value : null;
    }

    [GeneratedRegex(@"\bat [A-Za-z_]\w*(\.[\w<>`\[\]]+)+\(", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex StackFrame();
}
