// Which answers of imports only say how far the service is. The rest of these classes is generated from proto/.
using SafeSpaceCapacity.Service.Grpc;

namespace SafeSpaceCapacity.Contract.V1;

internal sealed partial class ImportDirectoryResponse : IWhileWorking
{
    bool IWhileWorking.IsProgress => StepCase == StepOneofCase.Progress;
}

internal sealed partial class ImportGazetteerResponse : IWhileWorking
{
    bool IWhileWorking.IsProgress => StepCase == StepOneofCase.Progress;
}
