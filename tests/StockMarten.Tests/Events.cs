namespace Padron.StockMarten.Tests;

// Some of the register's events as another application declares them: under the same names, with the members that it needs. Marten finds
// them by column `type` ('contact_imported'); members that are not declared are passed over.

sealed record ContactImported(string Phone, string? Lada, ContactDetails Details, Guid ImportId);

sealed record ContactDetails(string? FullName, string? City, string? StateCode);

sealed record ContactVerified(string Method, string? Carrier);

sealed record ContactExtracted(Guid ExtractionId);

sealed record ContactReleased(Guid ExtractionId, string Reason);

sealed record ContactSent(string MessageId, string? ProviderId, DateTimeOffset SentAt);

sealed record ContactOptedOut(string Method, string? Reason, DateTimeOffset OptedOutAt);
