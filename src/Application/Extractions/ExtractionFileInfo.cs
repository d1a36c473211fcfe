namespace Padron.Application.Extractions;

/// <summary>What a file says of the extraction it came from.</summary>
/// <param name="ExtractionId">Also the id of its stream.</param>
/// <param name="Selection">What was asked for, in the operator's words (Spanish), such as <c>Estado: Jalisco</c>.</param>
/// <param name="Requested">Contacts asked for.</param>
/// <param name="Obtained">Contacts claimed; fewer than requested when the pool drained meanwhile.</param>
/// <param name="RequestedBy">The operator, as other operators know them.</param>
/// <param name="RequestedAt">Also dates the entries inside the file, so that a file made again has the same bytes.</param>
public sealed record ExtractionFileInfo(
    Guid ExtractionId,
    string Selection,
    int Requested,
    int Obtained,
    string RequestedBy,
    DateTimeOffset RequestedAt);
