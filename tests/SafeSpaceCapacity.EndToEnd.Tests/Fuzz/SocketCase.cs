using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace SafeSpaceCapacity.EndToEnd.Tests.Fuzz;

/// <summary>Bytes for a port. Whatever the server makes of them, it closes: by itself, or once it is told that no more will come.</summary>
internal sealed partial record SocketCase(string What, bool ToGrpc, byte[] Bytes, int ChunkSize) : FuzzCase(Level.Transport, What)
{
    private const int ReadMost = 8 * 1024 * 1024;
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(150);

    // A watch that was opened goes on for as long as anything changes.
    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(1);
    private static readonly byte[] LastPong = Frames.Of(Frames.Ping, Frames.Ack, 0, [.. "the last"u8]);

    private byte[] LastPing => ToGrpc ? Frames.Of(Frames.Ping, 0, 0, [.. "the last"u8]) : [];

    public override async Task<Answer> SendAsync(Lane lane, CancellationToken limit)
    {
        using var socket = await Http2Connection.ConnectAsync(ToGrpc ? lane.GrpcPort : lane.HttpPort, limit);
        using var got = new MemoryStream();
        var reading = ReadAsync(socket, got, limit);
        try
        {
            for (var at = 0; at < Bytes.Length; at += ChunkSize)
                await socket.SendAsync(Bytes.AsMemory(at, Math.Min(ChunkSize, Bytes.Length - at)), limit);
            await socket.SendAsync(LastPing, limit);
        }
        catch (SocketException)
        {
            // It has heard enough already.
        }

        var end = await reading;
        return Understood(got.ToArray(), end);
    }

    public override string Sent() =>
        $"to the {(ToGrpc ? "gRPC" : "HTTP")} port, {Bytes.Length} bytes in pieces of {ChunkSize}: {Convert.ToHexString(Bytes.AsSpan(0, Math.Min(Bytes.Length, 4_000)))}\n"
        + $"    as text: {Answer.Printable(Encoding.Latin1.GetString(Bytes), 1_000)}";

    // The server drops what it works on once the sender has no more to say: so that is said only when nothing more comes.
    private static async Task<string> ReadAsync(Socket socket, MemoryStream into, CancellationToken limit)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            var from = Stopwatch.GetTimestamp();
            while (into.Length < ReadMost && Stopwatch.GetElapsedTime(from) < Busy)
            {
                if (await ReceiveAsync(socket, buffer, limit) is not { } read)
                    break;
                if (read == 0)
                    return "closed";
                into.Write(buffer, 0, read);
                if (buffer.AsSpan(0, read).IndexOf(LastPong) >= 0)
                    break;
            }

            socket.Shutdown(SocketShutdown.Send);
            while (into.Length < ReadMost)
            {
                var read = await socket.ReceiveAsync(buffer, limit);
                if (read == 0)
                    return "closed after us";
                into.Write(buffer, 0, read);
            }

            return "endless";
        }
        catch (SocketException)
        {
            return "reset";
        }
    }

    private static async Task<int?> ReceiveAsync(Socket socket, byte[] buffer, CancellationToken limit)
    {
        using var quiet = CancellationTokenSource.CreateLinkedTokenSource(limit);
        quiet.CancelAfter(Quiet);
        try
        {
            return await socket.ReceiveAsync(buffer, quiet.Token);
        }
        catch (OperationCanceledException) when (!limit.IsCancellationRequested)
        {
            return null;
        }
    }

    private static Answer Understood(byte[] got, string end)
    {
        var answer = new Answer();
        if (end == "endless")
            answer.Faults.Add($"more than {ReadMost} bytes");
        if (got.Length >= 5 && got.AsSpan(0, 5).SequenceEqual("HTTP/"u8))
            Text(got, answer);
        else
            Binary(got, answer);
        answer.End ??= end;
        return answer;
    }

    private static void Text(byte[] got, Answer answer)
    {
        var text = Encoding.Latin1.GetString(got);
        answer.Texts.Add(("answer", text));
        answer.Texts.Add(("answer, decoded", Uri.UnescapeDataString(text)));
        var statuses = StatusLine().Matches(text).Select(match => int.Parse(match.Groups["status"].Value, CultureInfo.InvariantCulture)).ToList();

        // The worst of several answers counts.
        if (statuses.Count > 0)
            answer.Http = statuses.Contains(500) ? 500 : statuses[^1];
        foreach (Match match in GrpcStatus().Matches(text))
            answer.Grpc = answer.Grpc is "2" or "13" ? answer.Grpc : match.Groups["status"].Value;
    }

    private static void Binary(byte[] got, Answer answer)
    {
        using var stream = new MemoryStream(got);
        string? reset = null;
        while (Frames.ReadAsync(stream, CancellationToken.None).GetAwaiter().GetResult() is { } frame)
        {
            switch (frame.Type)
            {
                case Frames.GoAway:
                    answer.End = Frames.Ending(frame.Type, frame.Payload);
                    answer.NoteBody(frame.Payload.AsSpan(8));
                    break;
                case Frames.Reset:
                    reset = Frames.Ending(frame.Type, frame.Payload);
                    break;
                case Frames.Data:
                    answer.NoteBody(frame.Payload);
                    break;
                case Frames.Headers:
                    Headers(frame.Payload, answer);
                    break;
            }
        }

        // The end of the connection says more than those of its streams.
        if (answer.End is null or "GOAWAY 0" && reset is not null)
            answer.End = reset;
    }

    // Of each stream by itself: several may be answered.
    private static void Headers(byte[] block, Answer answer)
    {
        try
        {
            var one = new Answer();
            foreach (var (name, value) in Hpack.Read(block))
                one.Note(name, value);
            answer.Texts.AddRange(one.Texts);
            answer.Faults.AddRange(Judge.Faults(one).Except(answer.Faults));
        }
        catch (InvalidDataException)
        {
            // What was sent may have asked for a table; the texts are there in any case.
            answer.NoteBody(block);
        }
    }

    [GeneratedRegex(@"^HTTP/1\.[01] (?<status>\d{3})\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex StatusLine();

    [GeneratedRegex(@"^grpc-status: *(?<status>\d+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex GrpcStatus();
}
