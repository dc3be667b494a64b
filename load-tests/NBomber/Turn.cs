using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using NBomber.Contracts;
using NBomber.CSharp;
using SafeSpaceCapacity.Contract.V1;

namespace SafeSpaceCapacity.LoadTests;

/// <summary>One run through a scenario. Whatever the service answers, a rejection too, is an answer; only a status that is not OK fails it.</summary>
internal sealed class Turn(IScenarioContext context)
{
    /// <summary>The code of a turn in which the service protected itself, and nothing failed.</summary>
    public const string TurnedAway = "TURN_TURNED_AWAY";

    private const string CallFailed = "TURN_FAILED";

    private string? _failure;

    /// <summary>Makes one call as a step of its own.</summary>
    /// <param name="step">What the report calls it.</param>
    /// <param name="call">Makes it.</param>
    /// <param name="meaning">What the report counts the answer as.</param>
    /// <returns>The answer; null where there was none.</returns>
    public async Task<T?> CallAsync<T>(string step, Func<Task<T>> call, Func<T, string> meaning)
        where T : class, IMessage
    {
        T? answer = null;
        await Step.Run(step, context, async () =>
        {
            try
            {
                answer = await call();
                return Response.Ok(statusCode: meaning(answer), sizeBytes: answer.CalculateSize());
            }
            catch (RpcException failed)
            {
                Fail(failed.StatusCode is StatusCode.ResourceExhausted ? TurnedAway : CallFailed);
                return Response.Fail(statusCode: Upper(failed.StatusCode.ToString()), message: failed.Status.Detail, sizeBytes: 0);
            }
        });
        return answer;
    }

    /// <summary>Marks the turn as failed. Being turned away is the lesser failure.</summary>
    /// <param name="code">What the report counts it as.</param>
    public void Fail(string code) => _failure = _failure is null or TurnedAway ? code : _failure;

    /// <summary>How the turn ended. The report adds up the codes of turns and steps, so a turn has one only where no step says it.</summary>
    public IResponse End() => _failure is null ? Response.Ok() : Response.Fail(statusCode: _failure, message: "", sizeBytes: 0);

    /// <summary>What the report counts a rejection as.</summary>
    public static string Rejected(Rejection rejection) => Upper(rejection.Code.ToString());

    private static string Upper(string name) => JsonNamingPolicy.SnakeCaseUpper.ConvertName(name);
}
