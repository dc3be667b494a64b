using System.Net;
using System.Net.Sockets;

namespace SafeSpaceCapacity.EndToEnd.Tests.Fuzz;

/// <summary>A connection of HTTP/2 by hand, for one call at a time that no HTTP client would send.</summary>
internal sealed class Http2Connection : IDisposable
{
    // So few that the server's windows never fill and what one case left behind can't add up.
    private const int CallsMost = 100;
    private readonly Socket _socket;
    private readonly BufferedStream _stream;
    private uint _nextStream = 1;

    private Http2Connection(Socket socket)
    {
        _socket = socket;
        _stream = new BufferedStream(new NetworkStream(socket, ownsSocket: true));
    }

    public bool IsUsable { get; private set; } = true;

    public static async Task<Http2Connection> OpenAsync(int port, CancellationToken limit)
    {
        var connection = new Http2Connection(await ConnectAsync(port, limit));
        await connection._socket.SendAsync(Frames.Greeting, limit);
        return connection;
    }

    /// <summary>A socket that leaves no trace when it is closed: thousands are opened.</summary>
    public static async Task<Socket> ConnectAsync(int port, CancellationToken limit)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, LingerState = new LingerOption(enable: true, 0) };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, limit);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Asks for an echo that ends the wait for a stream which will have no answer.</summary>
    public static byte[] PingFor(uint stream) => Frames.Of(Frames.Ping, 0, 0, [0, 0, 0, 0, .. Frames.Number(stream)]);

    /// <summary>Sends frames for a stream of their own and reads until it has ended.</summary>
    /// <param name="frames">The frames, given the number of their stream.</param>
    /// <param name="watches">Whether the first message is all there is to wait for.</param>
    public async Task<Answer> CallAsync(Func<uint, byte[]> frames, bool watches, CancellationToken limit)
    {
        var stream = _nextStream;
        _nextStream += 2;
        if (_nextStream > CallsMost * 2)
            IsUsable = false;
        var answer = new Answer();
        try
        {
            await _socket.SendAsync(frames(stream), limit);
            await ReadAsync(stream, watches, answer, limit);
        }
        catch (Exception broken) when (broken is IOException or SocketException)
        {
            IsUsable = false;
            answer.End ??= "reset";
        }

        return answer;
    }

    public void Dispose() => _stream.Dispose();

    private async Task ReadAsync(uint stream, bool watches, Answer answer, CancellationToken limit)
    {
        var block = new List<byte>();
        using var body = new MemoryStream();
        var ended = false;
        while (!ended)
        {
            if (await Frames.ReadAsync(_stream, limit) is not { } frame)
            {
                IsUsable = false;
                answer.End ??= "closed";
                break;
            }

            ended = frame.Type switch
            {
                Frames.GoAway => Left(frame.Payload, answer),
                Frames.Settings when (frame.Flags & Frames.Ack) == 0 => await AckAsync(limit),
                Frames.Ping => (frame.Flags & Frames.Ack) != 0 && frame.Payload.AsSpan(4).SequenceEqual(Frames.Number(stream)) && Given(answer, "given up"),
                _ when frame.Stream != stream => false,
                Frames.Reset => Given(answer, Frames.Ending(frame.Type, frame.Payload)),
                Frames.Headers or Frames.Continuation => Headers(frame, block, answer),
                Frames.Data => Body(frame, body),
                _ => false,
            };
            if (!ended && watches && answer is { Http: 200, Grpc: null } && body.Length >= 5)
            {
                answer.Grpc = "0";
                await _socket.SendAsync(Frames.Of(Frames.Reset, 0, stream, Frames.Number(8)), limit);
                break;
            }
        }

        answer.NoteBody(body.ToArray());
    }

    private bool Left(byte[] payload, Answer answer)
    {
        // It may still answer what came before: the close ends the wait.
        IsUsable = false;
        answer.End ??= Frames.Ending(Frames.GoAway, payload);
        answer.NoteBody(payload.AsSpan(8));
        return false;
    }

    private async Task<bool> AckAsync(CancellationToken limit)
    {
        await _socket.SendAsync(Frames.Of(Frames.Settings, Frames.Ack, 0, []), limit);
        return false;
    }

    private static bool Given(Answer answer, string end)
    {
        answer.End ??= end;
        return true;
    }

    private static bool Headers((byte Type, byte Flags, uint Stream, byte[] Payload) frame, List<byte> block, Answer answer)
    {
        block.AddRange(frame.Payload);
        if ((frame.Flags & Frames.EndHeaders) == 0)
            return false;
        Note(block.ToArray(), answer);
        block.Clear();
        return (frame.Flags & Frames.EndStream) != 0;
    }

    private static void Note(byte[] block, Answer answer)
    {
        try
        {
            foreach (var (name, value) in Hpack.Read(block))
                answer.Note(name, value);
        }
        catch (InvalidDataException unreadable)
        {
            answer.Faults.Add($"headers that can't be read: {unreadable.Message}: {Convert.ToHexString(block)}");
        }
    }

    private static bool Body((byte Type, byte Flags, uint Stream, byte[] Payload) frame, MemoryStream body)
    {
        body.Write(frame.Payload);
        return (frame.Flags & Frames.EndStream) != 0;
    }
}
