using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace SafeSpaceCapacity.EndToEnd.Tests.Fuzz;

/// <summary>A call over the HTTP client, which frames it rightly whatever is in it.</summary>
internal sealed record HttpCall(Level Level, string What, MethodDescriptor Target, byte[] Body) : FuzzCase(Level, What)
{
    public string Verb { get; init; } = "POST";

    public string Path { get; init; } = Methods.PathOf(Target);

    public string? ContentType { get; init; } = "application/grpc";

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>A call with what every client sends, with its token or, some of them, without.</summary>
    public static HttpCall Of(Level level, string what, MethodDescriptor target, byte[] body, Random random)
    {
        var headers = new List<(string, string)> { ("te", "trailers") };
        if (!random.OneIn(Access.OneInComesWithout) && Access.Token(target.Service.FullName) is { } token)
            headers.Add(("authorization", "Bearer " + token));
        return new(level, what, target, body) { Method = target.FullName, Headers = headers };
    }

    public override async Task<Answer> SendAsync(Lane lane, CancellationToken limit)
    {
        try
        {
            using var request = Request();
            using var response = await lane.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit);
            var answer = new Answer { Http = (int)response.StatusCode };
            Note(answer, response.Headers);
            Note(answer, response.Content.Headers);
            if (answer.Grpc is null && Target.IsServerStreaming && answer.Http == 200)
                await ReadFirstAsync(response, answer, limit);
            else
                await ReadAllAsync(response, answer, limit);
            if (answer.Http == 200 && answer.Grpc is null && Verb == "POST")
                answer.Faults.Add("no grpc-status");
            return answer;
        }
        catch (HttpRequestException kept) when (kept.Message.Contains("exceeded the server limit", StringComparison.Ordinal))
        {
            // The service had said how long headers may be, and the client kept to it: nothing was sent.
            return Answer.Ended("not sent");
        }
        catch (HttpIOException) when (Level != Level.Message)
        {
            // The answer had begun when the stream was reset: its deadline was over, or it was malformed further on.
            return Answer.Ended("RST_STREAM");
        }
        catch (EndOfStreamException) when (Level != Level.Message)
        {
            // Its deadline was over in the middle of a message.
            return Answer.Ended("cut off");
        }
        catch (HttpRequestException failure)
        {
            // These are the client's own words. A request that is malformed may be reset, but no other on the connection for its sake.
            var isReset = failure.Message.Contains("reset the stream", StringComparison.Ordinal);
            var answer = Answer.Ended(isReset ? "RST_STREAM" : "broken off");
            if (!isReset || Level == Level.Message)
                answer.Faults.Add($"no answer: {failure.Message} {failure.InnerException?.Message}");
            return answer;
        }
    }

    public override string Sent() =>
        $"{Verb} {Answer.Printable(Path, 300)}\n    content-type: {ContentType}\n{string.Concat(Headers.Select(header => $"    {header.Name}: {Answer.Printable(header.Value, 300)}\n"))}"
        + $"    {Body.Length} bytes: {Convert.ToHexString(Body.AsSpan(0, Math.Min(Body.Length, 2_000)))}";

    private HttpRequestMessage Request()
    {
        var request = new HttpRequestMessage(new HttpMethod(Verb), new Uri(Path, UriKind.Relative))
        {
            Content = new ByteArrayContent(Body),
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (ContentType is not null)
            request.Content.Headers.TryAddWithoutValidation("content-type", ContentType);
        foreach (var (name, value) in Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
                request.Content.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private async Task ReadAllAsync(HttpResponseMessage response, Answer answer, CancellationToken limit)
    {
        var body = await response.Content.ReadAsByteArrayAsync(limit);
        Note(answer, response.TrailingHeaders);
        answer.NoteBody(body);
        if (answer.Grpc != "0" || Target.IsServerStreaming)
            return;
        if (body.Length < 5 || body[0] != 0 || BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(1)) != body.Length - 5)
            answer.Faults.Add("OK without exactly one message");
        else
            Read(answer, body.AsSpan(5));
    }

    // A watch never ends by itself: its first message is its answer, and then it is left.
    private async Task ReadFirstAsync(HttpResponseMessage response, Answer answer, CancellationToken limit)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(limit);
        var prefix = new byte[5];
        if (await stream.ReadAtLeastAsync(prefix, 5, throwOnEndOfStream: false, limit) < 5)
        {
            Note(answer, response.TrailingHeaders);
            return;
        }

        var message = new byte[BinaryPrimitives.ReadUInt32BigEndian(prefix.AsSpan(1))];
        await stream.ReadExactlyAsync(message, limit);
        answer.Grpc = "0";
        answer.NoteBody(message);
        Read(answer, message);
    }

    private void Read(Answer answer, ReadOnlySpan<byte> message)
    {
        try
        {
            Target.OutputType.Parser.ParseFrom(message);
        }
        catch (InvalidProtocolBufferException failure)
        {
            answer.Faults.Add("OK with what is no message: " + failure.Message);
        }
    }

    private static void Note(Answer answer, HttpHeaders headers)
    {
        foreach (var (name, values) in headers.NonValidated)
        {
            foreach (var value in values)
                answer.Note(name.ToLower(CultureInfo.InvariantCulture), value);
        }
    }
}
