using Padron.Domain.Numbering;
using static Padron.Domain.Numbering.RejectionReason;

namespace Padron.Domain.Tests.Numbering;

/// <summary>Numbers of any region as people write them, each with what a person who knows that country makes of it. Nothing is computed.</summary>
static class WrittenAnywhere
{
    /// <summary>Text, where it is dialled from, E.164, region, type.</summary>
    public static TheoryData<string, string?, string, string?, NumberType> Numbers => new()
    {
        // Mexico's own rules come first: no metadata know these forms any more
        { "55 1234 5678", "MX", "+525512345678", "MX", NumberType.FixedLineOrMobile },
        { "044 55 1234 5678", "MX", "+525512345678", "MX", NumberType.FixedLineOrMobile },
        { "045 (222) 123-4567", "MX", "+522221234567", "MX", NumberType.FixedLineOrMobile },
        { "01 55 1234 5678", "MX", "+525512345678", "MX", NumberType.FixedLineOrMobile },
        { "1 55 1234 5678", "MX", "+525512345678", "MX", NumberType.FixedLineOrMobile },
        { "52 1 55 1234 5678", "MX", "+525512345678", "MX", NumberType.FixedLineOrMobile },
        { "+52 1 55 1234 5678", "MX", "+525512345678", "MX", NumberType.FixedLineOrMobile },
        { "+52 044 55 1234 5678", null, "+525512345678", "MX", NumberType.FixedLineOrMobile },
        { "00 52 1 55 1234 5678", "ES", "+525512345678", "MX", NumberType.FixedLineOrMobile },
        { "011 52 1 55 1234 5678", "US", "+525512345678", "MX", NumberType.FixedLineOrMobile },
        { "09 52 55 1234 5678", "MX", "+525512345678", "MX", NumberType.FixedLineOrMobile },
        { "01 800 123 4567", "MX", "+528001234567", "MX", NumberType.TollFree },
        { "900 123 4567", "MX", "+529001234567", "MX", NumberType.PremiumRate },
        { "200 123 4567", "MX", "+522001234567", "MX", NumberType.FixedLine },

        // The traps: as in a Mexican phone column, wherever the number is from
        { "tel:+57-300-123-4567", "MX", "+573001234567", "CO", NumberType.Mobile },
        { "+34 912 34 56 78 ext 12", "MX", "+34912345678", "ES", NumberType.FixedLine },
        { "+34 912345678;ext=12", "MX", "+34912345678", "ES", NumberType.FixedLine },
        { "573001234567.0", "CO", "+573001234567", "CO", NumberType.Mobile },
        { "3001234567.0", "CO", "+573001234567", "CO", NumberType.Mobile },
        { "5.73001234567E+11", "CO", "+573001234567", "CO", NumberType.Mobile },
        { "'0991234567", "EC", "+593991234567", "EC", NumberType.Mobile },
        { "＋３４９１２３４５６７８", "MX", "+34912345678", "ES", NumberType.FixedLine },
        { "+34\u00A0912\u201334\u20135678\n", "MX", "+34912345678", "ES", NumberType.FixedLine },

        // National prefixes, carrier codes and forms that change
        { "011 15 2345-6789", "AR", "+5491123456789", "AR", NumberType.Mobile },
        { "0 11 2345 6789", "AR", "+541123456789", "AR", NumberType.FixedLine },
        { "0 15 11 98765-4321", "BR", "+5511987654321", "BR", NumberType.Mobile },
        { "03 300 1234567", "CO", "+573001234567", "CO", NumberType.Mobile },
        { "0 987 654 321", "PE", "+51987654321", "PE", NumberType.Mobile },
        { "9 8765 4321", "CL", "+56987654321", "CL", NumberType.FixedLineOrMobile },
        { "2201 2345", "GT", "+50222012345", "GT", NumberType.FixedLine },
        { "8 (495) 123-45-67", "RU", "+74951234567", "RU", NumberType.FixedLine },
        { "555-0123", "AG", "+12685550123", "AG", NumberType.Unknown }, // seven digits take the island's code

        // Calling codes that several regions share, and codes of no country
        { "+1 212 555 0100", "MX", "+12125550100", "US", NumberType.FixedLineOrMobile },
        { "+1 416 555 0100", "MX", "+14165550100", "CA", NumberType.FixedLineOrMobile },
        { "+1 787 555 0100", "MX", "+17875550100", "PR", NumberType.FixedLineOrMobile },
        { "+1 876 555 0100", "MX", "+18765550100", "JM", NumberType.Mobile },
        { "+7 701 234 5678", "MX", "+77012345678", "KZ", NumberType.Mobile },
        { "+44 1481 230123", "MX", "+441481230123", "GG", NumberType.FixedLine },
        { "+39 06 1234 5678", "MX", "+390612345678", "IT", NumberType.FixedLine },
        { "+39 06698 12345", "MX", "+390669812345", "VA", NumberType.FixedLine },
        { "+590 590 20 12 34", "MX", "+590590201234", "GP", NumberType.FixedLine },
        { "+590 590 27 12 34", "MX", "+590590271234", "BL", NumberType.FixedLine },
        { "+800 1234 5678", "MX", "+80012345678", "001", NumberType.TollFree },
        { "+1 999 555 0100", "MX", "+19995550100", null, NumberType.Unknown },

        // Without a plus the own calling code is taken for one where the whole is no number
        { "573001234567", "CO", "+573001234567", "CO", NumberType.Mobile },
        { "34912345678", "ES", "+34912345678", "ES", NumberType.FixedLine },

        // A number may be parted and still be none
        { "5255123456", "MX", "+525255123456", "MX", NumberType.Unknown }, // a country code and eight digits: no LADA begins with 52
        { "551234567", "MX", "+52551234567", "MX", NumberType.Unknown },
        { "+55 12345678", "MX", "+5512345678", "BR", NumberType.Unknown },
    };

    /// <summary>Text, where it is dialled from, reason.</summary>
    public static TheoryData<string?, string?, RejectionReason> Rejected => new()
    {
        { null, "MX", Empty },
        { "N/A", "CO", Empty },
        { "1-800-FLOWERS", "US", Letters },
        { "55-1234-ABCD", "MX", Letters },
        { "(55)12345678 casa", "MX", Letters },
        { "55O1234567", "MX", Letters },
        { "300 123 4567 / 310 765 4321", "CO", SeveralNumbers },
        { "5512345678 / 5587654321", "MX", SeveralNumbers },
        { "3001234567, 3107654321", "CO", SeveralNumbers },
        { "5.73E+11", "CO", LossyNotation },
        { "912 34 56 78", null, UnknownCallingCode }, // from nowhere
        { "+999 123 456 789", "MX", UnknownCallingCode },
        { "+0 55 1234 5678", "ES", UnknownCallingCode },
        { "00 999 123 4567", "ES", UnknownCallingCode },
        { "1", "MX", TooShort },
        { "+52 1", "MX", TooShort },
        { "+52", "MX", TooShort },
        { "0052", "ES", TooShort },
        { "123456789012345678901", "ES", TooLong },
        { "1234567890123456789012345678901234567890", "ES", TooLong },
    };

    /// <summary>E.164, destination code, national and international format.</summary>
    public static TheoryData<string, string?, string, string> Formats => new()
    {
        { "+525512345678", "55", "55 1234 5678", "+52 55 1234 5678" },
        { "+522221234567", "222", "222 123 4567", "+52 222 123 4567" },
        { "+528001234567", "800", "800 123 4567", "+52 800 123 4567" },
        { "+573001234567", "300", "300 1234567", "+57 300 1234567" },
        { "+5491123456789", "911", "011 15-2345-6789", "+54 9 11 2345-6789" },
        { "+546753618859", "675", "0675-361-8859", "+54 675-361-8859" },
        { "+5511987654321", "11", "(11) 98765-4321", "+55 11 98765-4321" },
        { "+12125550100", "212", "(212) 555-0100", "+1 212-555-0100" },
        { "+390612345678", "06", "06 1234 5678", "+39 06 1234 5678" },
        { "+442079460958", "20", "020 7946 0958", "+44 20 7946 0958" },
        { "+687264430", "26", "26.44.30", "+687 26.44.30" },
        { "+50222012345", "2201", "2201 2345", "+502 2201 2345" },
        { "+80012345678", "1234", "1234 5678", "+800 1234 5678" },
        { "+29022222", null, "22222", "+290 22222" }, // Saint Helena's are not divided
    };
}
