/** Eight, four, four, four and twelve hexadecimal digits; versions and variants of RFC 9562 are not looked at. */
export const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const isGuid = (text: string): boolean => GUID.test(text);
