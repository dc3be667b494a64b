using System.Globalization;
using System.Text.RegularExpressions;

namespace SafeSpaceCapacity.EndToEnd.Tests.Harness;

/// <summary>A system call of a trace.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Text">Its arguments and its result, as strace wrote them.</param>
/// <param name="Began">The line of the trace at which it was entered.</param>
/// <param name="Ended">The line at which it had returned.</param>
/// <param name="At">When it was entered, in seconds since 1970.</param>
internal sealed record SystemCall(string Name, string Text, int Began, int Ended, double At)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"lines {Began} to {Ended}, {At:F6}: {Name}({(Text.Length > 120 ? Text[..120] + "…" : Text)}");
}

/// <summary>What <c>strace -f -ttt -yy</c> wrote. It writes a line when a call returns, or two where another thread came between.</summary>
internal static partial class SystemCallTrace
{
    public static List<SystemCall> Read(IReadOnlyList<string> lines)
    {
        var calls = new List<SystemCall>();
        var open = new Dictionary<string, SystemCall>(StringComparer.Ordinal);
        for (var i = 0; i < lines.Count; i++)
        {
            var line = Line().Match(lines[i]);
            if (!line.Success)
                continue;
            var (thread, rest) = (line.Groups["thread"].Value, line.Groups["rest"].Value);
            if (line.Groups["resumed"].Success)
            {
                if (open.Remove(thread, out var begun))
                    calls.Add(begun with { Text = begun.Text + rest, Ended = i + 1 });
                continue;
            }

            var call = new SystemCall(line.Groups["name"].Value, rest, i + 1, i + 1, double.Parse(line.Groups["at"].Value, CultureInfo.InvariantCulture));
            if (rest.EndsWith("<unfinished ...>", StringComparison.Ordinal))
                open[thread] = call with { Text = rest[..^"<unfinished ...>".Length] };
            else
                calls.Add(call);
        }

        return calls;
    }

    [GeneratedRegex(@"^(?<thread>\d+)\s+(?<at>\d+\.\d+) (?:(?<resumed><\.\.\. \w+ resumed>)|(?<name>\w+)\()(?<rest>.*)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Line();
}
