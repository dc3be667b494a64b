using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace SafeSpaceCapacity.EndToEnd.Tests.Fuzz;

/// <summary>Calls of every method that are right but for their message, and some whose message is right too.</summary>
internal static class Messages
{
    public static FuzzCase Make(Random random, Cast cast)
    {
        var method = random.Any(Methods.All);
        if (random.OneIn(12))
            return Valid(random, cast, method);
        var message = new ValidMessages(random, cast).Of(method.InputType).ToByteArray();
        var (spoilt, what) = Mutations.Spoil(random, method.InputType, message);
        return HttpCall.Of(Level.Message, what, method, Wire.Framed(spoilt), random);
    }

    public static FuzzCase Valid(Random random, Cast cast, MethodDescriptor method) =>
        HttpCall.Of(Level.Message, "valid", method, Wire.Framed(new ValidMessages(random, cast).Of(method.InputType).ToByteArray()), random);
}
