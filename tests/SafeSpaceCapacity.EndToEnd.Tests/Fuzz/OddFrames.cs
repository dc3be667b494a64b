namespace SafeSpaceCapacity.EndToEnd.Tests.Fuzz;

/// <summary>Frames that the protocol forbids, or allows and nobody sends.</summary>
internal static class OddFrames
{
    private static readonly byte[] Get = Hpack.Write([(":method", "GET"), (":scheme", "http"), (":path", "/"), (":authority", "x")]);

    public static byte[] Settings(Random random) => random.Next(8) switch
    {
        0 => Frames.Of(Frames.Settings, 0, 0, random.Bytes(random.Next(1, 20))),
        1 => Frames.Of(Frames.Settings, Frames.Ack, 0, random.OneIn(2) ? [] : Frames.Setting(1, 0)),
        2 => Frames.Of(Frames.Settings, 0, random.Any<uint>([1, 2, int.MaxValue]), Frames.Setting(3, 1)),
        3 => Frames.Of(Frames.Settings, 0, 0, Frames.Setting((ushort)random.Next(1, 7), random.Any<uint>([0, 1, 2, 16_383, 16_384, 0xFF_FFFF, 0x100_0000, int.MaxValue, 0x8000_0000, uint.MaxValue]))),
        4 => Times(random.Next(2, 200), Frames.Of(Frames.Settings, 0, 0, [])),
        5 => Frames.Of(Frames.Settings, 0, 0, Times(random.Next(2, 500), Frames.Setting((ushort)random.Next(0x1_0000), (uint)random.Next()))),
        6 => [.. Frames.Of(Frames.Settings, 0, 0, Frames.Setting(4, 0)), .. Frames.Of(Frames.Settings, 0, 0, Frames.Setting(4, int.MaxValue)), .. Frames.Of(Frames.Settings, 0, 0, Frames.Setting(4, 1))],
        _ => Times(random.Next(2, 200), Frames.Of(Frames.Settings, Frames.Ack, 0, [])),
    };

    public static byte[] Continuations(Random random)
    {
        var empty = Frames.Of(Frames.Continuation, 0, 201, random.Bytes(random.Next(3)));
        return random.Next(6) switch
        {
            0 => [.. Frames.Of(Frames.Headers, Frames.EndStream, 201, Get), .. Times(random.Next(1, 300), empty)],
            1 => empty,
            2 => [.. Frames.Of(Frames.Headers, Frames.EndStream, 201, Get), .. Frames.Of(Frames.Continuation, Frames.EndHeaders, 203, [])],
            3 => [.. Frames.Of(Frames.Headers, Frames.EndStream, 201, Get), .. Frames.Of(Frames.Ping, 0, 0, new byte[8])],
            4 => [.. Frames.Of(Frames.Headers, Frames.EndStream | Frames.EndHeaders, 201, Get), .. Frames.Of(Frames.Continuation, Frames.EndHeaders, 201, [])],
            _ => [.. Frames.Of(Frames.Headers, Frames.EndStream, 201, []), .. Times(3, Frames.Of(Frames.Continuation, 0, 201, new byte[16_384])), .. Frames.Of(Frames.Continuation, Frames.EndHeaders, 201, Get)],
        };
    }

    public static byte[] Control(Random random) => random.Next(12) switch
    {
        0 => Frames.Of(Frames.Ping, 0, 0, random.Bytes(random.Next(20))),
        1 => Frames.Of(Frames.Ping, 0, (uint)random.Next(1, 5), new byte[8]),
        2 => Times(random.Next(2, 300), Frames.Of(Frames.Ping, (byte)random.Next(2), 0, random.Bytes(8))),
        3 => Frames.Of(Frames.Reset, 0, random.Any<uint>([0, 2, 5, 201]), Frames.Number((uint)random.Next(20))),
        4 => Frames.Of(Frames.Reset, 0, 101, random.Bytes(random.Next(9))),
        5 => [.. Enumerable.Range(0, random.Next(1, 150)).SelectMany(i => Opened(201 + ((uint)i * 2)).Concat(Frames.Of(Frames.Reset, 0, 201 + ((uint)i * 2), Frames.Number(8))))],
        6 => Frames.Of(Frames.WindowUpdate, 0, random.Any<uint>([0, 101, 201, 2]), Frames.Number(random.Any<uint>([0, 1, int.MaxValue, 0x8000_0000, uint.MaxValue]))),
        7 => Frames.Of(Frames.WindowUpdate, 0, 0, random.Bytes(random.Next(9))),
        8 => Times(3, Frames.Of(Frames.WindowUpdate, 0, 0, Frames.Number(int.MaxValue))),
        9 => Frames.Of(Frames.GoAway, 0, (uint)random.Next(2), random.Bytes(random.Next(30))),
        10 => Frames.Of(Frames.PushPromise, Frames.EndHeaders, 101, [.. Frames.Number(2), .. Get]),
        _ => Times(random.Next(1, 100), Frames.Of(Frames.Priority, 0, random.Any<uint>([0, 101, 201]), random.OneIn(2) ? [.. Frames.Number(201), 0] : random.Bytes(random.Next(8)))),
    };

    public static byte[] Streams(Random random, byte[] call) => random.Next(8) switch
    {
        0 => Frames.Of(Frames.Data, Frames.EndStream, random.Any<uint>([0, 1, 2, 201, int.MaxValue]), random.Bytes(10)),
        1 => Frames.Of(Frames.Headers, Frames.EndHeaders | Frames.EndStream, random.Any<uint>([0, 2, 99, int.MaxValue, 0x8000_00C9]), Get),
        2 => [.. Opened(201), .. Opened(201)],
        3 => [.. Opened(205), .. Opened(203)],
        4 => [.. call, .. call],
        5 => [.. Frames.Of(Frames.Headers, Frames.EndHeaders, 201, Get), .. Times(random.Next(1, 300), Frames.Of(Frames.Data, 0, 201, []))],
        6 => [.. Enumerable.Range(0, random.Next(1, 130)).SelectMany(i => Frames.Of(Frames.Headers, Frames.EndHeaders, 201 + ((uint)i * 2), Get))],
        _ => [.. Opened(201), .. Frames.Of(Frames.Data, Frames.EndStream, 201, [1])],
    };

    public static byte[] Padding(Random random) => random.Next(5) switch
    {
        0 => Frames.Of(Frames.Headers, Frames.EndHeaders | Frames.EndStream | Frames.IsPadded, 201, [(byte)random.Next(256), .. Get]),
        1 => Frames.Of(Frames.Headers, Frames.EndHeaders | Frames.EndStream | Frames.IsPadded | Frames.HasPriority, 201, random.Bytes(random.Next(8))),
        2 => [.. Frames.Of(Frames.Headers, Frames.EndHeaders, 201, Get), .. Frames.Of(Frames.Data, Frames.IsPadded | Frames.EndStream, 201, random.OneIn(2) ? [] : [255, 0])],
        3 => [.. Frames.Of(Frames.Headers, Frames.EndHeaders, 201, Get), .. Times(random.Next(1, 100), Frames.Of(Frames.Data, Frames.IsPadded, 201, [200, .. new byte[200]]))],
        _ => Frames.Of(Frames.Headers, Frames.EndHeaders | Frames.EndStream | Frames.HasPriority, 201, [.. Frames.Number(201), 255, .. Get]),
    };

    private static byte[] Opened(uint stream) => Frames.Of(Frames.Headers, Frames.EndHeaders | Frames.EndStream, stream, Get);

    private static byte[] Times(int times, byte[] bytes) => [.. Enumerable.Repeat(bytes, times).SelectMany(again => again)];
}
