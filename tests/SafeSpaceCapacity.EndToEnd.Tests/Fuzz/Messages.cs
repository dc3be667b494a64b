using Google.Protobuf;

namespace SafeSpaceCapacity.EndToEnd.Tests.Fuzz;

/// <summary>Calls of every method that are right but for their message, and some whose message is right too.</summary>
internal static class Messages
{
    public static FuzzCase Make(Random random, Cast cast)
    {
        var method = random.Any(Methods.All);
        var message = new ValidMessages(random, cast).Of(method.InputType).ToByteArray();
        if (random.OneIn(12))
            return HttpCall.Of(Level.Message, "valid", method, Wire.Framed(message), random);
        var (spoilt, what) = Mutations.Spoil(random, method.InputType, message);
        return HttpCall.Of(Level.Message, what, method, Wire.Framed(spoilt), random);
    }
}
