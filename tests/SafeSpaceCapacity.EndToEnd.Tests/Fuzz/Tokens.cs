using System.Text;

namespace SafeSpaceCapacity.EndToEnd.Tests.Fuzz;

/// <summary>What comes in place of a bearer token.</summary>
internal static class Tokens
{
    private static readonly string[] Heads =
    [
        """{"alg":"none","typ":"JWT"}""", """{"alg":"None"}""", """{"alg":"HS256","typ":"JWT"}""", """{"alg":"RS256","kid":"../../etc/passwd"}""",
        """{"alg":"ES256","kid":"' or 1=1 --"}""",
        """{"alg":"RS256","jku":"http://127.0.0.1:1/keys","x5u":"http://127.0.0.1:1/"}""", """{"alg":"HS256","crit":["b64"],"b64":false}""",
        """{"alg":"dir","enc":"A128GCM","zip":"DEF"}""",
        """{"alg":["RS256"],"alg":1}""", """{"alg":"RS256","jwk":{"kty":"oct","k":"AA"}}""", "{}", "[]", "null", "1", "\"", "",
        "{\"alg\":\"RS256\"", "{\"alg\":\"RS256\",\"kid\":\"\\ud800\"}",
    ];

    private static readonly string[] Claims =
    [
        """{"sub":"x","exp":9999999999,"iss":"x","aud":"x"}""", """{"exp":1e400}""", """{"exp":-1}""", """{"exp":"tomorrow"}""",
        """{"exp":99999999999999999999}""", """{"nbf":9223372036854775807}""",
        """{"sub":null,"roles":{}}""", """{"sub":"a\u0000b"}""", """{"aud":[[[[]]]]}""", """{"sub":"x","sub":"y"}""", "{}", "[]", "", "not json",
    ];

    public static string Hostile(Random random) => random.Next(14) switch
    {
        0 => "Bearer",
        1 => "Bearer ",
        2 => "bearer " + Jwt(random),
        3 => "Basic dXNlcjpwYXNzd29yZA==",
        4 => "Bearer ..",
        5 => "Bearer a.b",
        6 => "Bearer a.b.c.d.e",
        7 => "Bearer " + new string('.', random.Next(1, 2_000)),
        8 => "Bearer " + new string('A', random.Any([100, 4_000, 12_000])) + "." + new string('A', 100) + ".A",
        9 => "Bearer " + Encoded("""{"alg":"RS256"}""") + "." + Encoded(Deep(random.Any([10, 64, 65, 1_000]))) + ".AAAA",
        10 => "Bearer %%%." + Encoded("{}") + ".===",
        11 => "Bearer " + Jwt(random) + "," + Jwt(random),
        _ => "Bearer " + Jwt(random),
    };

    private static string Jwt(Random random) =>
        Encoded(random.Any(Heads)) + "." + Encoded(random.Any(Claims)) + "." + random.Any(["", "AAAA", "!!", Convert.ToBase64String(random.Bytes(64)), new string('x', 86)]);

    private static string Deep(int depth) => string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth);

    private static string Encoded(string json) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
